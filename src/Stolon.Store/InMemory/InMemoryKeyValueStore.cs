using System.Globalization;
using System.Text;
using Stolon.Agents;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Store.InMemory;

/// <summary>A key-value server inside this process, for tests and the simulator. It passes the same contract tests as
/// the real ones.</summary>
/// <remarks>Responds at once, on the caller's thread; expiry and watches follow the given clock. To inject faults, wrap
/// its interfaces. Use <see cref="LeaseElection"/> for elections.</remarks>
public sealed class InMemoryKeyValueStore : IKeyValueStore, ILeaseServer, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly InMemoryState _state;

    public InMemoryKeyValueStore(TimeProvider time)
    {
        _time = time;
        _state = new InMemoryState(time, _lock);
    }

    public Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken) => Locked(
        () => _state.Find(key) is { } entry ? ToEntry(key, entry) : null, cancellationToken);

    public Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken) => Locked(
        IReadOnlyList<KeyValueEntry> () => [.. _state.WithPrefix(prefix).Select(e => ToEntry(e.Key, e.Entry))],
        cancellationToken);

    public Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) => Locked(
        () => _state.Write(key, value, timeToLive, lease: null), cancellationToken);

    public Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken) => Locked<SwapResult>(
        () =>
        {
            var present = _state.Find(key) is { } entry ? Revision(entry) : (Revision?)null;
            return present == expected && IsLeader(fence)
                ? new SwapResult.Stored(Revision(_state.Write(key, value, timeToLive: null, lease: null)))
                : new SwapResult.Conflict();
        },
        cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        Locked(() => _state.Delete(key), cancellationToken);

    public async Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken)
    {
        var watcher = new Wake(_time);
        lock (_lock)
        {
            _state.Watchers.Add((prefix, watcher));
        }

        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                changed();
                await watcher.WaitAsync(Timeout.InfiniteTimeSpan, cancellationToken);
            }
        }
        finally
        {
            lock (_lock)
            {
                _state.Watchers.Remove((prefix, watcher));
            }
        }
    }

    public Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Locked(() => _state.Grant(timeToLive), cancellationToken);

    public Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken) =>
        Locked(() => _state.Renew(lease), cancellationToken);

    public Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken) =>
        Locked(() => _state.Revoke(lease), cancellationToken);

    public Task<Candidacy> EnterAsync(
        string key, string value, LeaseId lease, CancellationToken cancellationToken) => Locked(
        () => ToCandidacy(key, value, _state.Find(key) ?? (_state.HasLease(lease)
            ? _state.Write(key, Encoding.UTF8.GetBytes(value), timeToLive: null, lease)
            : throw new StoreUnavailableException($"in-memory store: lease {lease} does not exist"))),
        cancellationToken);

    public Task<IReadOnlyList<Candidacy>> CandidaciesAsync(string prefix, CancellationToken cancellationToken) =>
        Locked(
            IReadOnlyList<Candidacy> () =>
            [
                .. _state.WithPrefix(prefix)
                    .Select(e => ToCandidacy(e.Key, Encoding.UTF8.GetString(e.Entry.Value.Span), e.Entry))
                    .OrderBy(c => c.Created),
            ],
            cancellationToken);

    public void Dispose() => _state.Dispose();

    private bool IsLeader(LeaderFence? fence) =>
        fence is null || (_state.Find(fence.Key) is { } entry && Text(entry.Created) == fence.Token);

    /// <summary>Runs one atomic step, after the removal of expired entries.</summary>
    private Task<T> Locked<T>(Func<T> step, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        lock (_lock)
        {
            try
            {
                _state.Expire();
                return Task.FromResult(step());
            }
            catch (StoreUnavailableException e)
            {
                return Task.FromException<T>(e);
            }
        }
    }

    private static KeyValueEntry ToEntry(string key, InMemoryEntry entry) => new(key, entry.Value, Revision(entry));

    private static Candidacy ToCandidacy(string key, string value, InMemoryEntry entry) =>
        new(key, value, entry.Created);

    private static Revision Revision(InMemoryEntry entry) => new(Text(entry.Modified));

    private static string Text(long step) => step.ToString(CultureInfo.InvariantCulture);
}
