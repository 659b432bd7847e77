using Microsoft.Extensions.Logging;

namespace Stolon.Store.Tests.Etcd;

/// <summary>Which log lines were written: proof that a test reached the state it is about.</summary>
internal sealed class EventIds : ILogger
{
    private readonly List<int> _seen = [];

    public bool Seen(int eventId)
    {
        lock (_seen)
        {
            return _seen.Contains(eventId);
        }
    }

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
        lock (_seen)
        {
            _seen.Add(eventId.Id);
        }
    }
}
