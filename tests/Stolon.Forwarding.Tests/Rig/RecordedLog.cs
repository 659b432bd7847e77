using Microsoft.Extensions.Logging;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Keeps the event ids that were logged.</summary>
internal sealed class RecordedLog : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<int> _ids = [];

    public int Count(int id)
    {
        lock (_gate)
        {
            return _ids.Count(i => i == id);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _ids.Add(eventId.Id);
        }
    }
}
