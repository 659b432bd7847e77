using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>The keeper's identity file (docs/spec/keeper.md 2.2, keeperstate).</summary>
/// <param name="Uid">Null: none yet.</param>
/// <param name="Cluster">The cluster that it last belonged to; null: none.</param>
public sealed record KeeperState(KeeperUid? Uid, ClusterUid? Cluster)
{
    private const int MaxRememberedClusters = 8;

    /// <summary>The newest cluster data of the cluster seen last; null: none yet.</summary>
    public SeenClusterData? Seen { get; init; }

    /// <summary>The same for earlier clusters, newest first, one for each uid.</summary>
    public ValueList<SeenClusterData> SeenBefore { get; init; }

    /// <summary>Adds these cluster data. What is known about the previous cluster is kept, because the present one may
    /// be a mistake (a wrong prefix).</summary>
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

/// <summary>The keeper's file about its data: the owner, and the generation reached (docs/spec/keeper.md 2.2,
/// dbstate).</summary>
public sealed record InstanceState
{
    /// <summary>Null: the data belong to no instance.</summary>
    public InstanceUid? Uid { get; init; }

    /// <summary>The last generation that was fully carried out; none: not yet.</summary>
    public Generation Generation { get; init; }

    /// <summary>Set from the start of an initialization until the first convergence. Data found with it are
    /// incomplete.</summary>
    public bool Initializing { get; init; }

    /// <summary>The parameters found at initialization; null unless requested.</summary>
    public ValueMap<string, string>? InitParameters { get; init; }

    /// <summary>The timeline on which the cluster data showed this instance as primary; unknown: none. After a
    /// promotion that the cluster data never showed, the timeline may have the same number as another
    /// instance's.</summary>
    public Timeline AcknowledgedTimeline { get; init; }

    /// <summary>The cluster that the data were created or adopted for. Null: not recorded (an older version, or the
    /// original); then the keeper's cluster.</summary>
    public ClusterUid? Cluster { get; init; }

    public static InstanceState Empty { get; } = new();
}
