using Microsoft.Extensions.Logging;

namespace Stolon.Store.Tests.Etcd;

/// <summary>Records which log lines were written, as proof that a test reached the state it tests.</summary>
internal sealed class RecordedEvents : ILogger
{
    private readonly List<int> _ids = [];
    private readonly Dictionary<int, Exception> _exceptions = [];

    public bool Contains(int eventId)
    {
        lock (_ids)
        {
            return _ids.Contains(eventId);
        }
    }

    /// <summary>The number of lines with this event id.</summary>
    public int Count(int eventId)
    {
        lock (_ids)
        {
            return _ids.Count(id => id == eventId);
        }
    }

    /// <summary>The exception of the last line with this event id; null = none.</summary>
    public Exception? Exception(int eventId)
    {
        lock (_ids)
        {
            return _exceptions.GetValueOrDefault(eventId);
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
        lock (_ids)
        {
            _ids.Add(eventId.Id);
            if (exception is not null)
            {
                _exceptions[eventId.Id] = exception;
            }
        }
    }
}
