using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;

namespace Stolon.Store.Consul;

/// <summary>Consul's lock recipe on one key, as its Go client does it (store.md 7.3), so that the original's sentinels
/// and ours can stand for the same office.</summary>
/// <param name="lifetime">How long Consul keeps the lock after the last renewal; half of it is certain.</param>
internal sealed class ConsulLock(
    ConsulClient client, ConsulEntries entries, ConsulSessions sessions, string key, TimeSpan lifetime) : ILockServer
{
    /// <summary>Tries to lock a key that is nobody's.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Longer than the lock delay of our sessions and of the original's.</summary>
    private static readonly TimeSpan LockDelayPause = TimeSpan.FromMilliseconds(50);

    public async Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken)
    {
        // A session costs Consul a write: none is made while the lock is somebody's.
        if (await entries.GetAsync(key, cancellationToken) is { Session: { Length: > 0 } })
        {
            return null;
        }

        var session = await sessions.CreateAsync(ConsulSessions.Release, lifetime, cancellationToken);
        var locked = false;
        try
        {
            locked = await LockAsync(candidate, session, cancellationToken);
        }
        finally
        {
            if (!locked)
            {
                // Also after an unknown outcome: otherwise it may have the lock for as long as it lives.
                await GiveUpAsync(session);
            }
        }

        return locked ? new Claim(entries, sessions, key, lifetime, session) : null;
    }

    public async Task<string?> HolderAsync(CancellationToken cancellationToken) =>
        await entries.GetAsync(key, cancellationToken) is { Session: { Length: > 0 } } entry
            ? Encoding.UTF8.GetString(entry.Value ?? [])
            : null;

    public Task WatchAsync(Action changed, CancellationToken cancellationToken) =>
        ConsulWatch.RunAsync(client, key, changed, cancellationToken);

    private async Task<bool> LockAsync(string candidate, string session, CancellationToken cancellationToken)
    {
        var value = Encoding.UTF8.GetBytes(candidate);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await entries.AcquireAsync(key, value, session, cancellationToken) == ConsulEntries.Locking.Locked)
            {
                return true;
            }

            if (await entries.GetAsync(key, cancellationToken) is { Session: { Length: > 0 } })
            {
                return false;
            }

            // Nobody has it: the session that had it has just ended.
            await Task.Delay(LockDelayPause, client.Time, cancellationToken);
        }

        return false;
    }

    private async Task GiveUpAsync(string session)
    {
        try
        {
            // Not the caller's token: what was begun is to be ended also when the caller is being stopped.
            await sessions.DestroyAsync(session, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // It ends by itself.
        }
    }

    private sealed class Claim(
        ConsulEntries entries, ConsulSessions sessions, string key, TimeSpan lifetime, string session) : ILockClaim
    {
        public string Name => $"session {session}";

        public TimeSpan TimeToLive => lifetime / ConsulSessions.TimeToLiveFactor;

        public LeaderFence Fence { get; } = new(key, session);

        public Task<bool> RenewAsync(CancellationToken cancellationToken) =>
            sessions.RenewAsync(session, cancellationToken);

        public async Task<bool> IsLeaderAsync(CancellationToken cancellationToken) =>
            await entries.GetAsync(key, cancellationToken) is { } entry && entry.Session == session;

        public async Task ReleaseAsync(CancellationToken cancellationToken)
        {
            // Released before the session ends: then nobody has to wait for the lock delay. Without value, since the
            // original takes the value for the leader whether or not anybody has the lock.
            try
            {
                await entries.ReleaseAsync(key, ReadOnlyMemory<byte>.Empty, session, cancellationToken);
            }
            finally
            {
                await sessions.DestroyAsync(session, cancellationToken);
            }
        }
    }
}
