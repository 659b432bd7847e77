using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;

namespace Stolon.Store.EtcdV2;

/// <summary>The lock of store.md 7.2: one key with a time to live, created by whoever gets it, so that the original's
/// sentinels and ours can stand for the same office.</summary>
internal sealed class EtcdV2Lock(EtcdV2KeyValueStore store, EtcdV2Client client, string key, TimeSpan timeToLive)
    : ILockServer
{
    public async Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken)
    {
        // Looked at first: an attempt is a write for all members, also when it fails.
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
            // It may be ours without our knowing: then nobody would lead for as long as it lives.
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

        /// <summary>Half: the key ends by the wall clock of etcd's leader, which may be set forward or change with the
        /// leader.</summary>
        public TimeSpan TimeToLive => owner.Lifetime / 2;

        public LeaderFence Fence { get; } = new(owner.Key, EtcdV2KeyValueStore.Text(created.Created));

        public async Task<bool> RenewAsync(CancellationToken cancellationToken)
        {
            if (await owner.RenewAsync(candidate, _modified, cancellationToken) is { } renewed)
            {
                _modified = renewed;
                return true;
            }
            // An earlier renewal whose answer was lost has changed the index: the key may still be ours.
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

        /// <remarks>A plain deletion after a look: the original's waiting sentinels do not wake up at a conditional
        /// one.</remarks>
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

    /// <summary>Null when it is there.</summary>
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
            // Not the caller's token: what was begun is to be ended also when the caller is being stopped.
            if (await HolderAsync(CancellationToken.None) == candidate)
            {
                await store.DeleteAsync(key, CancellationToken.None);
            }
        }
        catch (StoreUnavailableException)
        {
            // It ends by itself.
        }
    }

    /// <summary>The key's new index; null when it has another one than thought, or is gone.</summary>
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

    /// <summary>The index of the last change of the key created then; null when it is gone.</summary>
    private async Task<long?> PresentAsync(long created, CancellationToken cancellationToken)
    {
        var (node, _) = await client.ReadAsync(key, "", cancellationToken);
        return node?.Created == created ? node.Modified : null;
    }
}
