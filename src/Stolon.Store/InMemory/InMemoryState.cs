using Stolon.Agents;
using Stolon.Store.Election;

namespace Stolon.Store.InMemory;

/// <summary>The data of the in-memory store, used under its owner's lock; the timer takes that lock itself.</summary>
internal sealed class InMemoryState : IDisposable
{
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _lock;
    private readonly ITimer _timer;
    private readonly SortedDictionary<string, InMemoryEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, (TimeSpan Expires, TimeSpan TimeToLive)> _leases = [];
    private long _step;
    private long _lastLease = 0x1000;

    public InMemoryState(TimeProvider time, Lock ownersLock)
    {
        _time = time;
        _lock = ownersLock;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public List<(string Prefix, Wake Wake)> Watchers { get; } = [];

    private TimeSpan Now => _time.GetElapsedTime(_start);

    public InMemoryEntry? Find(string key) => _entries.GetValueOrDefault(key);

    public IEnumerable<(string Key, InMemoryEntry Entry)> WithPrefix(string prefix) => _entries
        .Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(e => (e.Key, e.Value));

    public InMemoryEntry Write(string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, LeaseId? lease)
    {
        _step++;
        // Copied, because the caller may reuse its buffer.
        var entry = new InMemoryEntry(
            value.ToArray(), Find(key)?.Created ?? _step, _step, timeToLive is { } t ? Now + t : null, lease);
        _entries[key] = entry;
        Changed(key);
        return entry;
    }

    public bool Delete(string key)
    {
        if (!_entries.Remove(key))
        {
            return false;
        }

        _step++;
        Changed(key);
        return true;
    }

    public bool HasLease(LeaseId lease) => _leases.ContainsKey(lease.Value);

    public Lease Grant(TimeSpan timeToLive)
    {
        var lease = new Lease(new LeaseId(++_lastLease), timeToLive);
        _leases[lease.Id.Value] = (Now + timeToLive, timeToLive);
        SetTimer();
        return lease;
    }

    public bool Renew(LeaseId lease)
    {
        if (!_leases.TryGetValue(lease.Value, out var known))
        {
            return false;
        }

        _leases[lease.Value] = known with { Expires = Now + known.TimeToLive };
        SetTimer();
        return true;
    }

    public bool Revoke(LeaseId lease)
    {
        if (!_leases.Remove(lease.Value))
        {
            return false;
        }

        foreach (var key in _entries.Where(e => e.Value.Lease == lease).Select(e => e.Key).ToList())
        {
            Delete(key);
        }

        return true;
    }

    /// <summary>Removes expired entries and leases. Called before every step, so that results are right even if the
    /// timer is late.</summary>
    public void Expire()
    {
        var now = Now;
        foreach (var lease in _leases.Where(l => l.Value.Expires <= now).Select(l => l.Key).ToList())
        {
            Revoke(new LeaseId(lease));
        }

        foreach (var key in _entries.Where(e => e.Value.Expires <= now).Select(e => e.Key).ToList())
        {
            Delete(key);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void OnTimer()
    {
        lock (_lock)
        {
            Expire();
            SetTimer();
        }
    }

    private void Changed(string key)
    {
        foreach (var (prefix, wake) in Watchers)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                wake.Signal();
            }
        }

        SetTimer();
    }

    private void SetTimer()
    {
        var next = _leases.Values.Select(l => l.Expires)
            .Concat(_entries.Values.Select(e => e.Expires).OfType<TimeSpan>())
            .DefaultIfEmpty(TimeSpan.MaxValue)
            .Min();
        var now = Now;
        _timer.Change(
            next == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : next > now ? next - now : TimeSpan.Zero,
            Timeout.InfiniteTimeSpan);
    }
}

/// <summary>One key of the in-memory store.</summary>
/// <param name="Created">The step that created the key.</param>
/// <param name="Modified">The step of the last write.</param>
/// <param name="Expires">When it expires, as time since the store was created; null = never.</param>
/// <param name="Lease">The lease it is attached to; null = none.</param>
internal sealed record InMemoryEntry(
    ReadOnlyMemory<byte> Value, long Created, long Modified, TimeSpan? Expires, LeaseId? Lease);
