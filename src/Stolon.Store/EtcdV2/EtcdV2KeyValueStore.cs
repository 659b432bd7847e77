using System.Globalization;
using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Store.EtcdV2;

/// <summary>The store in etcd's v2 API (docs/spec/store.md 5, 6 and 7.2), for clusters that still have it. Safe for use
/// by several tasks at once.</summary>
/// <remarks>The v2 API has no transactions, so a fence is checked just before the write and not in the same step. A
/// leader that is replaced between the two may still write, but only a decision on the document that it read, because
/// the write itself is conditional on that revision.</remarks>
public sealed class EtcdV2KeyValueStore : IKeyValueStore, IDisposable
{
    /// <summary>The original's value.</summary>
    public static readonly TimeSpan LockTimeToLive = TimeSpan.FromSeconds(20);

    /// <summary>A watch without events is restarted after this time, so that a dead server is noticed.</summary>
    private static readonly TimeSpan WatchLimit = TimeSpan.FromSeconds(30);

    /// <summary>The minimum duration of a wait without events; a shorter one is followed by a delay.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private static readonly int[] Lost =
        [EtcdV2ErrorCode.KeyNotFound, EtcdV2ErrorCode.CompareFailed, EtcdV2ErrorCode.KeyExists];

    private readonly EtcdV2Client _client;
    private readonly TimeProvider _time;

    /// <summary>Does not connect before the first request.</summary>
    /// <exception cref="StoreOptionsException">The request timeout is out of range.</exception>
    public EtcdV2KeyValueStore(EtcdV2Options options, TimeProvider time)
    {
        _client = new EtcdV2Client(options, time);
        _time = time;
    }

    /// <summary>The lock at this key, for a <see cref="LockElection"/> over the same connections.</summary>
    public ILockServer Lock(string key, TimeSpan timeToLive) => new EtcdV2Lock(this, _client, key, timeToLive);

    public async Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var (node, _) = await _client.ReadAsync(key, "", cancellationToken);
        return node is { Directory: false } ? ToEntry(node) : null;
    }

    /// <inheritdoc/>
    /// <remarks>etcd does not list keys whose name begins with an underscore.</remarks>
    public async Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        // The API lists directories, but a prefix may end within a name.
        var (node, _) = await _client.ReadAsync(DirectoryOf(prefix), "&recursive=true&sorted=true", cancellationToken);
        return
        [
            .. (node?.Keys() ?? [])
                .Select(ToEntry)
                .Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))
                .OrderBy(e => e.Key, StringComparer.Ordinal),
        ];
    }

    public Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        var fields = new Dictionary<string, string> { ["value"] = Text(value) };
        if (timeToLive is { } lifetime)
        {
            fields["ttl"] = Text((long)Math.Ceiling(lifetime.TotalSeconds));
        }

        return _client.WriteAsync(HttpMethod.Put, key, fields, [], cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The server compares the revision in the same step as the write; a fence is checked just before
    /// it.</remarks>
    public async Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken)
    {
        if (fence is not null && !await IsLeaderAsync(fence, cancellationToken))
        {
            return new SwapResult.Conflict();
        }

        var (condition, operand) = expected is { } revision ? ("prevIndex", revision.Value) : ("prevExist", "false");
        var fields = new Dictionary<string, string> { ["value"] = Text(value), [condition] = operand };
        var written = await _client.WriteAsync(HttpMethod.Put, key, fields, Lost, cancellationToken);
        return written is null ? new SwapResult.Conflict() : new SwapResult.Stored(Revision(written));
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => _client.WriteAsync(
        HttpMethod.Delete, key, fields: null, [EtcdV2ErrorCode.KeyNotFound], cancellationToken);

    /// <inheritdoc/>
    /// <remarks>Watches the key with this name and all keys below it, but not other names with the same
    /// prefix.</remarks>
    public async Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Every write from here on is signalled, even if the server's history is cleared.
            var (_, seen) = await _client.ReadAsync(prefix, "", cancellationToken);
            changed();
            await FollowAsync(prefix, seen, changed, cancellationToken);
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>True if the key of this leadership still exists.</summary>
    internal async Task<bool> IsLeaderAsync(LeaderFence fence, CancellationToken cancellationToken)
    {
        var (node, _) = await _client.ReadAsync(fence.Key, "", cancellationToken);
        return node is not null && Text(node.Created) == fence.Token;
    }

    /// <summary>Signals the events after this index, until etcd has cleared some of them from its history.</summary>
    private async Task FollowAsync(
        string prefix, long seen, Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var startedAt = _time.GetTimestamp();
            var wait = await _client.NextEventAsync(prefix, seen + 1, WatchLimit, cancellationToken);
            if (wait is EtcdV2Wait.NoEvent && _time.GetElapsedTime(startedAt) < ShortestWait)
            {
                // A proxy between us and etcd ends waits at once.
                await Task.Delay(ShortestWait, _time, cancellationToken);
            }

            if (wait is EtcdV2Wait.IndexCleared)
            {
                return;
            }

            seen = wait is EtcdV2Wait.Event { Node.Modified: var modified } ? modified
                : Math.Max(seen, ((EtcdV2Wait.NoEvent)wait).Index);
            if (wait is EtcdV2Wait.Event)
            {
                changed();
            }
        }
    }

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(ReadOnlyMemory<byte> value) => Encoding.UTF8.GetString(value.Span);

    private static Revision Revision(EtcdV2Node node) => new(Text(node.Modified));

    private static KeyValueEntry ToEntry(EtcdV2Node node) =>
        new(Key(node), Encoding.UTF8.GetBytes(node.Value ?? ""), Revision(node));

    private static string Key(EtcdV2Node node) => node.Key.TrimStart('/');

    private static string DirectoryOf(string prefix) => prefix[..Math.Max(0, prefix.LastIndexOf('/'))];
}
