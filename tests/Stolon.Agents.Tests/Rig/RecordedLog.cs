using Microsoft.Extensions.Logging;

namespace Stolon.Agents.Tests.Rig;

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordedLog : ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    /// <summary>The texts of at least Information, in order.</summary>
    public IEnumerable<string> Messages => At(LogLevel.Information);

    public IEnumerable<string> At(LogLevel least) => _lines.Where(l => l.Level >= least).Select(l => l.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) => _lines.Add((logLevel, formatter(state, exception)));
}
