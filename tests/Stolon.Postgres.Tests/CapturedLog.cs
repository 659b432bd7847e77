using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Stolon.Postgres.Tests;

/// <summary>Keeps what was logged: text, and parameters by name.</summary>
internal sealed class CapturedLog : ILogger<PostgresServer>
{
    public ConcurrentQueue<(string Text, IReadOnlyList<KeyValuePair<string, object?>> Fields)> Lines { get; } = new();

    public IEnumerable<string> Texts => Lines.Select(l => l.Text);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((formatter(state, exception), state as IReadOnlyList<KeyValuePair<string, object?>> ?? []));
}
