using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>What an election by one lock (store.md 7.2, 7.3 and 8.4) needs of a server: whoever gets the lock leads,
/// whoever does not tries again.</summary>
/// <remarks>Every call has its own timeout and throws <see cref="StoreUnavailableException"/> when the server does not
/// answer as asked; what it was asked to do may then have happened.</remarks>
public interface ILockServer
{
    /// <summary>Tries once to take the lock for this candidate; null when somebody else has it.</summary>
    Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken);

    /// <summary>The candidate that has the lock; null when nobody has it.</summary>
    Task<string?> HolderAsync(CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> once when the watch stands and after every change of the lock; a hint
    /// only. Ends only by exception.</summary>
    Task WatchAsync(Action changed, CancellationToken cancellationToken);
}

/// <summary>The lock in our hands.</summary>
public interface ILockClaim : IRenewableClaim
{
    /// <summary>What a conditional write compares.</summary>
    LeaderFence Fence { get; }

    /// <summary>True while the server still says that the lock is ours; changes nothing.</summary>
    Task<bool> IsLeaderAsync(CancellationToken cancellationToken);
}
