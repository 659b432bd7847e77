using System.Globalization;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Election by leases and creation order, so that sentinels of the original and ours can take part in the same
/// election (docs/spec/store.md 7.1).</summary>
/// <param name="path">The election's prefix; the candidates' keys are <c>path/lease-id</c>.</param>
/// <param name="timeToLive">How long a candidacy outlives its candidate: 20 s if sentinels of the original take
/// part.</param>
public sealed class LeaseElection(
    ILeaseServer server, string path, TimeSpan timeToLive, TimeProvider time, ILogger logger) : IElection
{
    /// <summary>What the original uses.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromSeconds(20);

    private readonly string _prefix = path + "/";

    public async Task<ILeadership> CampaignAsync(string candidate, CancellationToken cancellationToken)
    {
        // Taken before the request, so that the lease lives at least as long as counted from here.
        var requestedAt = time.GetTimestamp();
        var lease = await server.GrantAsync(timeToLive, cancellationToken);
        var keepAlive = new LeaseKeepAlive(new Claim(server, lease), requestedAt, time, logger);
        try
        {
            var own = await server.EnterAsync(_prefix + lease.Id, candidate, lease.Id, cancellationToken);
            var leadership = new Leadership(
                new LeaderFence(own.Key, own.Created.ToString(CultureInfo.InvariantCulture)),
                keepAlive,
                stop => StatusAsync(own, stop),
                (changed, stop) => server.WatchAsync(_prefix, changed, stop),
                time,
                logger);
            await leadership.ElectedAsync(cancellationToken);
            return leadership;
        }
        catch
        {
            // Otherwise all candidates behind us would wait for a candidate that has gone.
            await keepAlive.DisposeAsync();
            throw;
        }
    }

    public async Task<string?> LeaderAsync(CancellationToken cancellationToken)
    {
        var candidacies = await server.CandidaciesAsync(_prefix, cancellationToken);
        return candidacies.Count == 0 ? null : candidacies[0].Value;
    }

    private async Task<CandidacyStatus> StatusAsync(Candidacy own, CancellationToken stop)
    {
        var candidacies = await server.CandidaciesAsync(_prefix, stop);
        // The revision of creation is compared too: a key that was deleted and created by another candidate is not
        // ours.
        return !candidacies.Any(c => c.Key == own.Key && c.Created == own.Created) ? CandidacyStatus.NotFound
            : candidacies[0].Created == own.Created ? CandidacyStatus.Leading
            : CandidacyStatus.Waiting;
    }

    /// <summary>A lease as a renewable claim.</summary>
    private sealed class Claim(ILeaseServer server, Lease lease) : IRenewableClaim
    {
        public string Name => $"lease {lease.Id}";

        public TimeSpan TimeToLive => lease.TimeToLive;

        public Task<bool> RenewAsync(CancellationToken cancellationToken) =>
            server.RenewAsync(lease.Id, cancellationToken);

        public Task ReleaseAsync(CancellationToken cancellationToken) =>
            server.RevokeAsync(lease.Id, cancellationToken);
    }
}
