using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>What a server keeps for us while we renew it: a lease, or a lock.</summary>
/// <remarks>Every call has its own timeout and throws <see cref="StoreUnavailableException"/> when the server does not
/// answer as asked; what it was asked to do may then have happened.</remarks>
public interface IRenewableClaim
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>How long it certainly lives after a renewal; the server may keep it longer.</summary>
    TimeSpan TimeToLive { get; }

    /// <summary>Renews it to its full time from now; false when it is no longer ours.</summary>
    Task<bool> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Gives it up, so that others can have it at once; nothing happens when it is no longer ours.</summary>
    Task ReleaseAsync(CancellationToken cancellationToken);
}
