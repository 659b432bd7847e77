using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Logging;

/// <summary>Makes the loggers of a program; all write to one sink.</summary>
/// <remarks>A factory of our own and not Microsoft.Extensions.Logging's: with one provider and one level that one
/// would only add four assemblies to each native program.</remarks>
public sealed class ConsoleLoggerFactory : ILoggerFactory
{
    /// <summary>Lines kept while the terminal is blocked: some minutes of a busy keeper, well under a
    /// megabyte.</summary>
    internal const int Capacity = 4096;

    /// <summary>How long the last lines of a program may take; then it ends without them.</summary>
    internal static readonly TimeSpan FinalFlushTimeout = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly LogSink _sink;

    /// <param name="output">Standard error, unbuffered; left open.</param>
    public ConsoleLoggerFactory(Stream output, TimeProvider time, int capacity = Capacity)
    {
        _time = time;
        _sink = new LogSink(output, capacity, DroppedLine);
    }

    /// <summary>May be replaced while running: the options are read after the first lines could be needed.</summary>
    public LoggingOptions Options { get; set; } = LoggingOptions.Default;

    public ILogger CreateLogger(string categoryName) => new ConsoleLogger(this, CallerOf(categoryName));

    /// <exception cref="NotSupportedException">Always: the format is part of what users rely on.</exception>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("there is one log, on standard error");

    /// <summary>Writes what was logged so far, as far as the terminal takes it within a second.</summary>
    public void Dispose()
    {
        _sink.Close(FinalFlushTimeout);
        _sink.Dispose();
    }

    internal void Write(
        LogLevel level, string caller, string message, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var entry = new LogEntry
        {
            Time = _time.GetLocalNow(),
            Level = level,
            Caller = caller,
            Message = message,
            Fields = fields,
        };
        var patience = level is LogLevel.Critical ? FinalFlushTimeout : TimeSpan.Zero;
        _sink.Write(LogLine.Format(entry, Options.Color), patience);
    }

    private static string CallerOf(string category)
    {
        var parts = category.Split('.');
        return parts.Length < 2 ? category : $"{parts[^2]}/{parts[^1]}";
    }

    private byte[] DroppedLine(long count)
    {
        var entry = new LogEntry
        {
            Time = _time.GetLocalNow(),
            Level = LogLevel.Warning,
            Caller = "Logging/LogSink:0",
            Message = "log lines dropped while standard error was blocked",
            Fields = [new("count", count)],
        };
        return LogLine.Format(entry, Options.Color);
    }
}
