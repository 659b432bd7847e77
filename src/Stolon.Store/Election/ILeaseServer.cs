using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>The operations of a server that an election by leases needs (docs/spec/store.md 7.1). The simulator injects
/// faults here.</summary>
/// <remarks>Every call has its own timeout, and throws <see cref="StoreUnavailableException"/> if it fails; the
/// operation may then have happened.</remarks>
public interface ILeaseServer
{
    /// <summary>Grants a lease.</summary>
    /// <param name="timeToLive">In whole seconds; the server may grant more.</param>
    Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Renews the lease to its full time from now; false if it no longer exists.</summary>
    Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken);

    /// <summary>Ends the lease and deletes its keys; does nothing if it no longer exists.</summary>
    Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken);

    /// <summary>Creates the key attached to the lease. If the key exists already, it is returned unchanged.</summary>
    Task<Candidacy> EnterAsync(string key, string value, LeaseId lease, CancellationToken cancellationToken);

    /// <summary>All candidacies whose key has this prefix, in the order of their creation.</summary>
    Task<IReadOnlyList<Candidacy>> CandidaciesAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>As <see cref="KeyValue.IKeyValueStore.WatchAsync"/>.</summary>
    Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken);
}
