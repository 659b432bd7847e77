using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>The operations of a server that an election by one lock needs (docs/spec/store.md 7.2, 7.3 and 8.4): the
/// candidate that acquires the lock is leader, the others retry.</summary>
/// <remarks>Every call has its own timeout, and throws <see cref="StoreUnavailableException"/> if it fails; the
/// operation may then have happened.</remarks>
public interface ILockServer
{
    /// <summary>Tries once to acquire the lock for this candidate; null if another candidate has it.</summary>
    Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken);

    /// <summary>The candidate that has the lock; null if the lock is free.</summary>
    Task<string?> HolderAsync(CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> once when the watch has started, and after every change of the lock; a
    /// hint only. Ends only by exception.</summary>
    Task WatchAsync(Action changed, CancellationToken cancellationToken);
}

/// <summary>A lock that we have acquired.</summary>
public interface ILockClaim : IRenewableClaim
{
    /// <summary>Compared by conditional writes.</summary>
    LeaderFence Fence { get; }

    /// <summary>True while the server reports the lock as ours; changes nothing.</summary>
    Task<bool> IsLeaderAsync(CancellationToken cancellationToken);
}
