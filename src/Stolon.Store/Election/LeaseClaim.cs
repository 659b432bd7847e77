namespace Stolon.Store.Election;

/// <summary>A lease as something to be renewed.</summary>
internal sealed class LeaseClaim(ILeaseServer server, Lease lease) : IRenewableClaim
{
    public string Name => $"lease {lease.Id}";

    public TimeSpan TimeToLive => lease.TimeToLive;

    public Task<bool> RenewAsync(CancellationToken cancellationToken) => server.RenewAsync(lease.Id, cancellationToken);

    public Task ReleaseAsync(CancellationToken cancellationToken) => server.RevokeAsync(lease.Id, cancellationToken);
}
