using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>What an election by leases (store.md 7.1) needs of a server: the port at which the simulator injects
/// faults.</summary>
/// <remarks>Every call has its own timeout and throws <see cref="StoreUnavailableException"/> when the server does not
/// answer as asked; what it was asked to do may then have happened.</remarks>
public interface ILeaseServer
{
    /// <summary>Makes a lease.</summary>
    /// <param name="timeToLive">Whole seconds; the server may give more.</param>
    Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Renews the lease to its full time from now; false when it no longer exists.</summary>
    Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken);

    /// <summary>Ends the lease and deletes its keys; nothing happens when it no longer exists.</summary>
    Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken);

    /// <summary>Creates the key attached to the lease, unless the key exists: then it is given as it is.</summary>
    Task<Candidacy> EnterAsync(string key, string value, LeaseId lease, CancellationToken cancellationToken);

    /// <summary>All candidacies whose key begins with this text, the first created first.</summary>
    Task<IReadOnlyList<Candidacy>> CandidaciesAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>As <see cref="KeyValue.IKeyValueStore.WatchAsync"/>.</summary>
    Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken);
}
