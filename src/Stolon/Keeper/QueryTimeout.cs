using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;

namespace Stolon.Keeper;

/// <summary>How long a question to PostgreSQL may take: the specification's requestTimeout as it is when the keeper
/// starts (keeper.md 3); a later change counts from the next start on.</summary>
internal static class QueryTimeout
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    /// <summary>Less would call a busy server sick; zero, which the specification allows, would call every one
    /// so.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The driver's limit is 1024 s.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1000);

    /// <summary>A store that does not answer is no reason not to start: the default holds then.</summary>
    public static async Task<TimeSpan> LearnAsync(
        IClusterStore store, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(cancellationToken) is ClusterDataRead.Found found
                ? Within(ClusterSettings.From(found.Data.Cluster.Spec).RequestTimeout)
                : Default;
        }
        catch (StoreUnavailableException e)
        {
            KeeperLog.TimeoutNotLearned(logger, Default, e);
            return Default;
        }
    }

    private static TimeSpan Within(TimeSpan asked) =>
        asked < Shortest ? Shortest : asked > Longest ? Longest : asked;
}
