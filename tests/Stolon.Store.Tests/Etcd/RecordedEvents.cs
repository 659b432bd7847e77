using Microsoft.Extensions.Logging;

namespace Stolon.Store.Tests.Etcd;

/// <summary>Which log lines were written: proof that a test reached the state it is about.</summary>
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

    /// <summary>How many lines had this number.</summary>
    public int Count(int eventId)
    {
        lock (_ids)
        {
            return _ids.Count(id => id == eventId);
        }
    }

    /// <summary>That of the last line with this number; null = none.</summary>
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
