using System.Globalization;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Consul;

/// <summary>The store in Consul (docs/spec/store.md 5 to 7.3). Safe for use by several tasks at once.</summary>
/// <remarks>A write of the same value does not change a key in Consul, nor its revision.</remarks>
public sealed class ConsulKeyValueStore : IKeyValueStore, IDisposable
{
    private readonly ConsulClient _client;
    private readonly ConsulEntries _entries;
    private readonly ConsulSessions _sessions;
    private readonly ConsulTtlWriter _timeToLive;

    /// <summary>Does not connect before the first request.</summary>
    /// <exception cref="StoreOptionsException">More than one endpoint, or an invalid timeout.</exception>
    public ConsulKeyValueStore(ConsulOptions options, TimeProvider time)
    {
        _client = new ConsulClient(
            options, "key_prefix write for the cluster's keys and session_prefix write", time);
        _entries = new ConsulEntries(_client);
        _sessions = new ConsulSessions(_client);
        _timeToLive = new ConsulTtlWriter(_entries, _sessions, time);
    }

    /// <summary>For a <see cref="LockElection"/> over the same connections.</summary>
    /// <param name="lifetime">How long Consul keeps the lock after its last renewal: 20 s if sentinels of the original
    /// take part.</param>
    public ILockServer Lock(string key, TimeSpan lifetime) =>
        new ConsulLock(_client, _entries, _sessions, key, lifetime);

    public async Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
        await _entries.GetAsync(key, cancellationToken) is { } entry ? ToEntry(entry) : null;

    public async Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        [.. (await _entries.ListAsync(prefix, cancellationToken)).Select(ToEntry)];

    public Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        if (timeToLive is { } lifetime)
        {
            return _timeToLive.WriteAsync(key, value, lifetime, cancellationToken);
        }

        // Deleted in the same step, so that a session that has locked the key cannot delete it later.
        return _entries.TransactAsync(
            [
                new ConsulTransactionStep { Verb = "delete", Key = ConsulKeys.Key(key) },
                new ConsulTransactionStep
                {
                    Verb = "set",
                    Key = ConsulKeys.Key(key),
                    Value = value,
                    Flags = ConsulKeys.Flags,
                },
            ],
            refused => false,
            cancellationToken);
    }

    public async Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken)
    {
        var write = new ConsulTransactionStep
        {
            Verb = "cas",
            Key = ConsulKeys.Key(key),
            Value = value,
            Flags = ConsulKeys.Flags,
            // 0 = only if the key does not exist.
            Index = expected is { } revision ? ulong.Parse(revision.Value, CultureInfo.InvariantCulture) : 0,
        };
        ConsulTransactionStep[] steps = fence is null ? [write] : [Check(fence), write];
        // A transaction even for a single key, because it returns the new revision. After a plain conditional write the
        // revision must be read, when another program may have written again.
        var written = await _entries.TransactAsync(steps, ConsulErrors.IsConflict, cancellationToken);
        return written is null ? new SwapResult.Conflict() : new SwapResult.Stored(RevisionOf(written));
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        _entries.DeleteAsync(key, cancellationToken);

    public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
        ConsulWatch.RunAsync(_client, prefix, changed, cancellationToken);

    public void Dispose() => _client.Dispose();

    private static ConsulTransactionStep Check(LeaderFence fence) => new()
    {
        Verb = "check-session",
        Key = ConsulKeys.Key(fence.Key),
        Session = fence.Token,
    };

    private static KeyValueEntry ToEntry(ConsulEntry entry) => new(entry.Key, entry.Value ?? [], RevisionOf(entry));

    private static Revision RevisionOf(ConsulEntry entry) =>
        new(entry.ModifyIndex.ToString(CultureInfo.InvariantCulture));
}
