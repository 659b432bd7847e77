using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>The keeper's own file: who it is (keeper.md 2.2, keeperstate).</summary>
/// <param name="Uid">Null: not yet named.</param>
/// <param name="Cluster">The cluster it last belonged to; null: none.</param>
public sealed record KeeperState(KeeperUid? Uid, ClusterUid? Cluster)
{
    private const int MaxRememberedClusters = 8;

    /// <summary>The newest cluster data seen of the cluster seen last; null: none yet.</summary>
    public SeenClusterData? Seen { get; init; }

    /// <summary>Those of the clusters seen before, the last one first; one uid each.</summary>
    public ValueList<SeenClusterData> SeenBefore { get; init; }

    /// <summary>With these cluster data noted. A visit to another cluster, by a wrong prefix for instance, leaves what
    /// is known of the one before.</summary>
    public KeeperState WithSeen(ClusterData data)
    {
        var cluster = data.Cluster.Uid;
        if (Seen is not { } last || last.Cluster == cluster)
        {
            return this with { Seen = SeenClusterData.Of(Seen, data) };
        }

        return this with
        {
            Seen = SeenClusterData.Of(SeenBefore.FirstOrDefault(s => s.Cluster == cluster), data),
            SeenBefore = SeenBefore.Where(s => s.Cluster != cluster && s.Cluster != last.Cluster)
                .Prepend(last).Take(MaxRememberedClusters).ToValueList(),
        };
    }
}

/// <summary>The keeper's file about its data: whose it is and how far it got (keeper.md 2.2, dbstate).</summary>
public sealed record InstanceState
{
    /// <summary>Null: the data belongs to no instance.</summary>
    public InstanceUid? Uid { get; init; }

    /// <summary>Last generation carried out completely; none: not yet.</summary>
    public Generation Generation { get; init; }

    /// <summary>Set from the start of an initialisation until a complete convergence: data found with it is
    /// half-made.</summary>
    public bool Initializing { get; init; }

    /// <summary>The parameters found at initialisation; null unless asked for.</summary>
    public ValueMap<string, string>? InitParameters { get; init; }

    /// <summary>The timeline on which the cluster data has known this instance as its primary; unknown: none. A
    /// timeline that the data was promoted to without anybody's knowing may share its number with another
    /// instance's.</summary>
    public Timeline AcknowledgedTimeline { get; init; }

    /// <summary>The cluster the data were made or adopted for. Null: not noted, by an older version or the original;
    /// then they are of the keeper's cluster.</summary>
    public ClusterUid? Cluster { get; init; }

    public static InstanceState Empty { get; } = new();
}
