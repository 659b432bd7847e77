using Stolon.Store.Election;

namespace Stolon.Store.Etcd;

/// <summary>One lease for each key written with a time to live, renewed at each write and granted again when it is
/// gone.</summary>
/// <remarks>The original grants a lease at each write and lets it expire (known-limits.md 9); what others see is the
/// same: the key disappears that long after the last write.</remarks>
internal sealed class EtcdTtlLeases(ILeaseServer server)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Key, TimeSpan TimeToLive), LeaseId> _leases = [];

    /// <summary>A lease that lives its full time from now.</summary>
    public async Task<LeaseId> FreshAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        LeaseId? known;
        lock (_lock)
        {
            known = _leases.TryGetValue((key, timeToLive), out var lease) ? lease : null;
        }
        return known is { } old && await server.RenewAsync(old, cancellationToken)
            ? old
            : await NewAsync(key, timeToLive, cancellationToken);
    }

    /// <summary>A new lease, for when the one just renewed is gone all the same.</summary>
    public async Task<LeaseId> NewAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var lease = await server.GrantAsync(timeToLive, cancellationToken);
        lock (_lock)
        {
            _leases[(key, timeToLive)] = lease.Id;
        }
        return lease.Id;
    }
}
