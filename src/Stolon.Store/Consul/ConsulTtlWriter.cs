using Stolon.Agents.Ports.Store;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Consul;

/// <summary>Writes with a time to live: the key is locked by a session that deletes it at its end, and that is renewed
/// at each write (docs/spec/store.md 6). The session of each key is remembered. The original looks it up at each write,
/// and takes over the session that it finds, so both can write the same key.</summary>
internal sealed class ConsulTtlWriter(ConsulEntries entries, ConsulSessions sessions, TimeProvider time)
{
    /// <summary>As the original.</summary>
    private const int MaxAttempts = 5;

    /// <summary>Longer than our sessions' lock delay.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly TimeToLiveClaims<string> _sessions = new(
        sessions.RenewAsync, (life, stop) => sessions.CreateAsync(ConsulSessions.Delete, life, stop));

    public async Task WriteAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (attempt > 0)
            {
                await Task.Delay(RetryPause, time, cancellationToken);
            }

            var session = await _sessions.GetAsync(key, timeToLive, cancellationToken);
            var locking = await entries.AcquireAsync(key, value, session, cancellationToken);
            if (locking == ConsulEntries.Locking.Locked
                || (locking == ConsulEntries.Locking.Refused
                    && await TakeOverAsync(key, value, session, cancellationToken)))
            {
                return;
            }
        }

        throw new StoreUnavailableException(
            $"consul: {key} could not be locked in {MaxAttempts} attempts; nothing was written");
    }

    /// <summary>Takes the key over from another session: that of an earlier process with the same uid, of the original,
    /// or of our own with another time to live. It happens in one step, so that the key is never missing.</summary>
    /// <returns>False if the caller must retry.</returns>
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
