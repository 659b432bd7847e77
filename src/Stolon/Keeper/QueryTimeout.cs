using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;

namespace Stolon.Keeper;

/// <summary>The timeout of queries to PostgreSQL: the specification's requestTimeout when the keeper starts
/// (docs/spec/keeper.md 3). A later change takes effect at the next start.</summary>
internal static class QueryTimeout
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    /// <summary>With less, a busy server would count as unhealthy; with zero, which the specification allows, every
    /// server.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The driver accepts at most 1024 s.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1000);

    /// <summary>If the store does not answer, the keeper starts with the default.</summary>
    public static async Task<TimeSpan> ReadAsync(
        IClusterStore store, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(cancellationToken) is ClusterDataRead.Found found
                ? Clamp(ClusterSettings.From(found.Data.Cluster.Spec).RequestTimeout)
                : Default;
        }
        catch (StoreUnavailableException e)
        {
            KeeperLog.TimeoutNotLearned(logger, Default, e);
            return Default;
        }
    }

    private static TimeSpan Clamp(TimeSpan timeout) =>
        timeout < Shortest ? Shortest : timeout > Longest ? Longest : timeout;
}
