using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Election by one lock: the candidate that acquires it is leader, the others retry as soon as it is free
/// (docs/spec/store.md 7.2, 7.3 and 8.4). Candidates have no order.</summary>
/// <param name="electionName">For messages: the object of the election.</param>
public sealed class LockElection(ILockServer server, string electionName, TimeProvider time, ILogger logger) : IElection
{
    public async Task<ILeadership> CampaignAsync(string candidate, CancellationToken cancellationToken)
    {
        var (claim, requestedAt) = await AcquireAsync(candidate, cancellationToken);
        var leadership = new Leadership(
            claim.Fence,
            new LeaseKeepAlive(claim, requestedAt, time, logger),
            async stop => await claim.IsLeaderAsync(stop) ? CandidacyStatus.Leading : CandidacyStatus.NotFound,
            server.WatchAsync,
            time,
            logger);
        await leadership.ElectedAsync(cancellationToken);
        return leadership;
    }

    public Task<string?> LeaderAsync(CancellationToken cancellationToken) => server.HolderAsync(cancellationToken);

    /// <summary>The lock, and when it was requested: it lives at least as long as counted from there.</summary>
    private async Task<(ILockClaim Claim, long RequestedAt)> AcquireAsync(
        string candidate, CancellationToken cancellationToken)
    {
        var requestedAt = time.GetTimestamp();
        // A failure of the first request is reported to the caller; later ones are retried.
        var claim = await server.TryAcquireAsync(candidate, cancellationToken);
        if (claim is not null)
        {
            return (claim, requestedAt);
        }

        await using var watcher = new CandidacyWatcher(server.WatchAsync, electionName, time, logger);
        while (true)
        {
            await watcher.NextAsync(cancellationToken);
            requestedAt = time.GetTimestamp();
            try
            {
                if (await server.TryAcquireAsync(candidate, cancellationToken) is { } won)
                {
                    return (won, requestedAt);
                }
            }
            catch (StoreUnavailableException e)
            {
                ElectionLog.InspectionFailed(logger, electionName, e);
            }
        }
    }
}
