using System.Globalization;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Election by leases and creation order, so that the original's sentinels and ours can stand for the same
/// office (store.md 7.1).</summary>
/// <param name="path">The office; candidates' keys are <c>path/lease-id</c>.</param>
/// <param name="timeToLive">How long a candidacy outlives its candidate: 20 s beside the original's sentinels.</param>
public sealed class LeaseElection(
    ILeaseServer server, string path, TimeSpan timeToLive, TimeProvider time, ILogger logger) : IElection
{
    /// <summary>What the original uses.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromSeconds(20);

    private readonly string _prefix = path + "/";

    public async Task<ILeadership> CampaignAsync(string candidate, CancellationToken cancellationToken)
    {
        // The lease lives at least as long as counted here: counting begins before the server can have begun.
        var requestedAt = time.GetTimestamp();
        var lease = await server.GrantAsync(timeToLive, cancellationToken);
        var keepAlive = new LeaseKeepAlive(new LeaseClaim(server, lease), requestedAt, time, logger);
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
            // Otherwise everybody behind us in the queue would wait for a candidate that has gone.
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
        // Compared with the creation too: a key deleted and written by somebody else is not ours.
        return !candidacies.Any(c => c.Key == own.Key && c.Created == own.Created) ? CandidacyStatus.NotFound
            : candidacies[0].Created == own.Created ? CandidacyStatus.Leading
            : CandidacyStatus.Waiting;
    }
}
