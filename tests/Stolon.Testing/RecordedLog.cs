using Microsoft.Extensions.Logging;

namespace Stolon.Testing;

/// <summary>Keeps what is logged. Safe for use by several threads.</summary>
public sealed class RecordedLog : ILogger
{
    private readonly List<Entry> _entries = [];

    /// <summary>The texts of at least Information, in order.</summary>
    public IEnumerable<string> Messages => At(LogLevel.Information);

    /// <summary>All texts in order, each with the message of its exception.</summary>
    public IReadOnlyList<string> Lines => [.. Entries().Select(e => $"{e.Text} {e.Exception?.Message}".TrimEnd())];

    /// <summary>The texts of at least this level, in order.</summary>
    public IEnumerable<string> At(LogLevel least) => Entries().Where(e => e.Level >= least).Select(e => e.Text);

    /// <summary>How many lines have this event id.</summary>
    public int Count(int id) => Entries().Count(e => e.Id == id);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        var entry = new Entry(logLevel, eventId.Id, formatter(state, exception), exception);
        lock (_entries)
        {
            _entries.Add(entry);
        }
    }

    private List<Entry> Entries()
    {
        lock (_entries)
        {
            return [.. _entries];
        }
    }

    private sealed record Entry(LogLevel Level, int Id, string Text, Exception? Exception);
}
