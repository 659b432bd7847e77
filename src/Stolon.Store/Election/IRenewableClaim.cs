using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>A lease or a lock that the server keeps while we renew it.</summary>
/// <remarks>Every call has its own timeout, and throws <see cref="StoreUnavailableException"/> if it fails; the
/// operation may then have happened.</remarks>
public interface IRenewableClaim
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>How long it is certainly valid after a renewal; the server may keep it longer.</summary>
    TimeSpan TimeToLive { get; }

    /// <summary>Renews it to its full time from now; false if it is no longer ours.</summary>
    Task<bool> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Releases it, so that others can acquire it at once; does nothing if it is no longer ours.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}
