using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;

namespace Stolon.Store.Consul;

/// <summary>Consul's lock recipe on one key, as in its Go client (docs/spec/store.md 7.3), so that sentinels of the
/// original and ours can take part in the same election.</summary>
/// <param name="lifetime">How long Consul keeps the lock after the last renewal; only half of it is guaranteed.</param>
internal sealed class ConsulLock(
    ConsulClient client, ConsulEntries entries, ConsulSessions sessions, string key, TimeSpan lifetime) : ILockServer
{
    /// <summary>Attempts to lock a free key.</summary>
    private const int MaxAttempts = 3;

    /// <summary>Longer than the lock delay of our sessions and of the original's.</summary>
    private static readonly TimeSpan LockDelayPause = TimeSpan.FromMilliseconds(50);

    public async Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken)
    {
        // Creating a session is a write in Consul, so none is created while the lock is taken.
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
                // Also after an unknown outcome: otherwise the session may keep the lock until it expires.
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

            // The lock is free, but the session that had it has just ended.
            await Task.Delay(LockDelayPause, client.Time, cancellationToken);
        }

        return false;
    }

    private async Task GiveUpAsync(string session)
    {
        try
        {
            // Not the caller's token: the session must end even when the caller is being stopped.
            await sessions.DestroyAsync(session, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The session expires.
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
            // Unlocked before the session ends, so that no candidate waits for the lock delay. Without a value, because
            // the original reads the value as the leader even if the key is not locked.
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
