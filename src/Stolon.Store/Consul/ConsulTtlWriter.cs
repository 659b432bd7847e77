using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Consul;

/// <summary>Writes with a time to live: the key is locked by a session that deletes it at its end and is renewed at
/// each write (store.md 6). The session of each key is remembered, where the original asks for it at each write; the
/// Go programs, which take over the session they find, get along with that.</summary>
internal sealed class ConsulTtlWriter(ConsulEntries entries, ConsulSessions sessions, TimeProvider time)
{
    /// <summary>As the original.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Longer than our sessions' lock delay.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Key, TimeSpan TimeToLive), string> _sessions = [];

    public async Task WriteAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(RetryPause, time, cancellationToken);
            }

            var session = await FreshAsync(key, timeToLive, cancellationToken);
            var locking = await entries.AcquireAsync(key, value, session, cancellationToken);
            if (locking == ConsulEntries.Locking.Locked
                || (locking == ConsulEntries.Locking.Refused
                    && await TakeOverAsync(key, value, session, cancellationToken)))
            {
                return;
            }
        }

        throw new StoreUnavailableException(
            $"consul: {key} could not be locked in {MaxAttempts} tries; nothing was written");
    }

    /// <summary>A session that lives its full time from now.</summary>
    private async Task<string> FreshAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        string? known;
        lock (_lock)
        {
            known = _sessions.GetValueOrDefault((key, timeToLive));
        }

        if (known is not null && await sessions.RenewAsync(known, cancellationToken))
        {
            return known;
        }

        var session = await sessions.CreateAsync(ConsulSessions.Delete, timeToLive, cancellationToken);
        lock (_lock)
        {
            _sessions[(key, timeToLive)] = session;
        }

        return session;
    }

    /// <summary>The key is another session's: of a program of the same uid that has ended, of the original's, or of our
    /// own with another time to live. In one step it becomes ours; nobody sees it missing.</summary>
    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> TakeOverAsync(
        string key, ReadOnlyMemory<byte> value, string session, CancellationToken cancellationToken)
    {
        var lockStep = new ConsulTransactionStep
        {
            Verb = "lock",
            Key = ConsulKeys.Key(key),
            Value = value,
            Flags = ConsulKeys.Flags,
            Session = session,
        };
        var deleteStep = new ConsulTransactionStep { Verb = "delete", Key = ConsulKeys.Key(key) };
        return await entries.TransactAsync(
            [deleteStep, lockStep],
            what => ConsulErrors.IsLockDelay(what) || ConsulErrors.IsInvalidSession(what),
            cancellationToken) is not null;
    }
}
