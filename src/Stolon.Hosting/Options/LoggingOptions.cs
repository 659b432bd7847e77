using Microsoft.Extensions.Logging;
using Stolon.Hosting.CommandLine;

namespace Stolon.Hosting.Options;

/// <summary>The level and colour of the log (docs/spec/metrics.md 2).</summary>
public sealed record LoggingOptions
{
    /// <summary>Used until the options are read.</summary>
    public static LoggingOptions Default { get; } = new() { Minimum = LogLevel.Information, Color = false };

    public required LogLevel Minimum { get; init; }

    /// <summary>Only the level is coloured.</summary>
    public required bool Color { get; init; }

    /// <exception cref="FatalException">There is no such level.</exception>
    public static LoggingOptions Read(ParsedCommand command, bool errorIsTerminal)
    {
        ArgumentNullException.ThrowIfNull(command);
        var level = command.Text(CommonFlags.LogLevel);
        var minimum = level switch
        {
            "debug" => LogLevel.Debug,
            "info" => LogLevel.Information,
            "warn" => LogLevel.Warning,
            "error" => LogLevel.Error,
            _ => throw new FatalException($"invalid log level: {level}"),
        };
        return new LoggingOptions
        {
            Minimum = command.Has(CommonFlags.Debug) && command.Switch(CommonFlags.Debug) ? LogLevel.Debug : minimum,
            Color = command.Has(CommonFlags.LogColor) && command.Changed(CommonFlags.LogColor)
                ? command.Switch(CommonFlags.LogColor)
                : command.Has(CommonFlags.LogColor) && errorIsTerminal,
        };
    }
}
