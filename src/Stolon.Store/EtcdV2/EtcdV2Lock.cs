using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;

namespace Stolon.Store.EtcdV2;

/// <summary>The lock of docs/spec/store.md 7.2: one key with a time to live, created by the candidate that acquires it,
/// so that sentinels of the original and ours can take part in the same election.</summary>
internal sealed class EtcdV2Lock(EtcdV2KeyValueStore store, EtcdV2Client client, string key, TimeSpan timeToLive)
    : ILockServer
{
    public async Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken)
    {
        // Read first, because an attempt is a write for all members even when it fails.
        if (await store.GetAsync(key, cancellationToken) is not null)
        {
            return null;
        }

        try
        {
            return await CreateAsync(candidate, cancellationToken) is { } created
                ? new Claim(this, candidate, created)
                : null;
        }
        catch
        {
            // The key may have been created: then there would be no leader until it expires.
            await GiveUpAsync(candidate);
            throw;
        }
    }

    public async Task<string?> HolderAsync(CancellationToken cancellationToken)
    {
        var (node, _) = await client.ReadAsync(key, "", cancellationToken);
        return node?.Value;
    }

    public Task WatchAsync(Action changed, CancellationToken cancellationToken) =>
        store.WatchAsync(key, changed, cancellationToken);

    private string Seconds => EtcdV2KeyValueStore.Text((long)Math.Ceiling(timeToLive.TotalSeconds));

    private sealed class Claim(EtcdV2Lock owner, string candidate, EtcdV2Node created) : ILockClaim
    {
        private long _modified = created.Modified;

        public string Name => $"lock {owner.Key}";

        /// <summary>Half, because the key expires by the wall clock of etcd's leader, which may be set forward or
        /// change with the leader.</summary>
        public TimeSpan TimeToLive => owner.Lifetime / 2;

        public LeaderFence Fence { get; } = new(owner.Key, EtcdV2KeyValueStore.Text(created.Created));

        public async Task<bool> RenewAsync(CancellationToken cancellationToken)
        {
            if (await owner.RenewAsync(candidate, _modified, cancellationToken) is { } renewed)
            {
                _modified = renewed;
                return true;
            }
            // An earlier renewal whose response was lost has changed the index; the key may still be ours.
            if (await owner.PresentAsync(created.Created, cancellationToken) is not { } present)
            {
                return false;
            }

            var again = await owner.RenewAsync(candidate, present, cancellationToken);
            _modified = again ?? present;
            return again is not null;
        }

        public Task<bool> IsLeaderAsync(CancellationToken cancellationToken) =>
            owner.Store.IsLeaderAsync(Fence, cancellationToken);

        /// <remarks>A plain deletion after a check, because a conditional one does not wake the original's waiting
        /// sentinels.</remarks>
        public async Task ReleaseAsync(CancellationToken cancellationToken)
        {
            if (await IsLeaderAsync(cancellationToken))
            {
                await owner.Store.DeleteAsync(owner.Key, cancellationToken);
            }
        }
    }

    private string Key => key;

    private TimeSpan Lifetime => timeToLive;

    private EtcdV2KeyValueStore Store => store;

    /// <summary>Null if it exists.</summary>
    private Task<EtcdV2Node?> CreateAsync(string candidate, CancellationToken cancellationToken) => client.WriteAsync(
        HttpMethod.Put,
        key,
        new Dictionary<string, string>
        {
            ["value"] = candidate,
            ["ttl"] = Seconds,
            ["prevExist"] = "false",
        },
        [EtcdV2ErrorCode.KeyExists],
        cancellationToken);

    private async Task GiveUpAsync(string candidate)
    {
        try
        {
            // Not the caller's token: the key must be deleted even when the caller is being stopped.
            if (await HolderAsync(CancellationToken.None) == candidate)
            {
                await store.DeleteAsync(key, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException)
        {
            // The key expires.
        }
    }

    /// <summary>The key's new index; null if its index has changed, or if it no longer exists.</summary>
    private async Task<long?> RenewAsync(string candidate, long modified, CancellationToken cancellationToken)
    {
        var renewed = await client.WriteAsync(
            HttpMethod.Put,
            key,
            new Dictionary<string, string>
            {
                ["value"] = candidate,
                ["ttl"] = Seconds,
                ["prevIndex"] = EtcdV2KeyValueStore.Text(modified),
            },
            [EtcdV2ErrorCode.KeyNotFound, EtcdV2ErrorCode.CompareFailed],
            cancellationToken);
        return renewed?.Modified;
    }

    /// <summary>The index of the last change of the key with this creation index; null if it no longer
    /// exists.</summary>
    private async Task<long?> PresentAsync(long created, CancellationToken cancellationToken)
    {
        var (node, _) = await client.ReadAsync(key, "", cancellationToken);
        return node?.Created == created ? node.Modified : null;
    }
}
