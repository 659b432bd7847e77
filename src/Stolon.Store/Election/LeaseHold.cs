namespace Stolon.Store.Election;

/// <summary>A lease as something to be renewed.</summary>
internal sealed class LeaseHold(ILeaseServer server, Lease lease) : IHold
{
    public string Name => $"lease {lease.Id}";

    public TimeSpan TimeToLive => lease.TimeToLive;

    public Task<bool> RenewAsync(CancellationToken cancellationToken) => server.RenewAsync(lease.Id, cancellationToken);

    public Task ReleaseAsync(CancellationToken cancellationToken) => server.RevokeAsync(lease.Id, cancellationToken);
}
