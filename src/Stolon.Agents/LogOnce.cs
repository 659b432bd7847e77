namespace Stolon.Agents;

/// <summary>Whether a condition that lasts is logged now.</summary>
public enum LogTurn
{
    /// <summary>It has begun, or has changed.</summary>
    First,

    /// <summary>It has lasted for the interval since it was last logged.</summary>
    Again,

    /// <summary>It is in the log already.</summary>
    Skip,
}

/// <summary>Decides when conditions that last are logged: when they begin, when they change, and, if an interval is
/// given, again after each interval. Safe for use by several threads.</summary>
/// <typeparam name="TKey">What a condition is about; each key has at most one condition at a time.</typeparam>
/// <typeparam name="TContent">What is compared: another content is a change.</typeparam>
public sealed class LogOnce<TKey, TContent>
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, (TContent Content, long LoggedAt)> _logged = [];
    private readonly TimeProvider? _time;
    private readonly TimeSpan _interval;

    /// <summary>A condition is logged once, however long it lasts.</summary>
    public LogOnce()
    {
    }

    /// <summary>A condition is logged again after each interval.</summary>
    public LogOnce(TimeProvider time, TimeSpan interval) => (_time, _interval) = (time, interval);

    /// <summary>How many conditions last.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _logged.Count;
            }
        }
    }

    /// <summary>The condition holds now. The caller logs unless the answer is <see cref="LogTurn.Skip"/>.</summary>
    public LogTurn Next(TKey key, TContent content)
    {
        lock (_lock)
        {
            var now = _time?.GetTimestamp() ?? 0;
            if (!_logged.TryGetValue(key, out var logged)
                || !EqualityComparer<TContent>.Default.Equals(logged.Content, content))
            {
                _logged[key] = (content, now);
                return LogTurn.First;
            }

            if (_time is null || _time.GetElapsedTime(logged.LoggedAt, now) < _interval)
            {
                return LogTurn.Skip;
            }

            _logged[key] = (content, now);
            return LogTurn.Again;
        }
    }

    /// <summary>The condition has ended; if it comes back, it is logged again.</summary>
    /// <returns>False: there was none.</returns>
    public bool End(TKey key)
    {
        lock (_lock)
        {
            return _logged.Remove(key);
        }
    }

    /// <summary>All conditions for whose key this is true have ended.</summary>
    public void EndWhere(Predicate<TKey> ended)
    {
        lock (_lock)
        {
            foreach (var key in _logged.Keys.Where(k => ended(k)).ToList())
            {
                _logged.Remove(key);
            }
        }
    }
}

/// <summary><see cref="LogOnce{TKey,TContent}"/> for the one condition of its owner.</summary>
public sealed class LogOnce
{
    /// <summary>Often enough for a reader of the end of a log, seldom enough not to fill it.</summary>
    public static readonly TimeSpan RepeatInterval = TimeSpan.FromMinutes(5);

    private readonly LogOnce<int, string> _condition;

    /// <summary>The condition is logged once, however long it lasts.</summary>
    public LogOnce() => _condition = new LogOnce<int, string>();

    /// <summary>The condition is logged again after each interval.</summary>
    public LogOnce(TimeProvider time, TimeSpan interval) => _condition = new LogOnce<int, string>(time, interval);

    /// <summary>The condition holds now.</summary>
    /// <param name="content">Another content is a change.</param>
    /// <returns>Whether to log it.</returns>
    public bool IsDue(string content = "") => _condition.Next(0, content) != LogTurn.Skip;

    /// <inheritdoc cref="LogOnce{TKey,TContent}.End"/>
    public bool End() => _condition.End(0);
}
