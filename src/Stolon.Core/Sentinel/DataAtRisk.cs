using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Data that a cluster which is about to begin would put an end to: whole, and of another cluster.</summary>
public static class DataAtRisk
{
    /// <summary>Before there are cluster data: what keepers hold. Data that have never been a cluster's do not count
    /// where the specification names their keeper to be adopted.</summary>
    public static ValueMap<KeeperUid, HeldData> BeforeCluster(
        ValueMap<KeeperUid, KeeperReport> reports, ClusterSpec spec)
    {
        var settings = ClusterSettings.From(spec);
        var adopted = settings.InitMode == ClusterInitMode.Existing ? settings.ExistingConfig?.KeeperUid : null;
        return Held(reports).Where(h => h.Key.Value != adopted || h.Value.Cluster is not null).ToValueMap();
    }

    /// <summary>What keepers hold of other clusters, and nobody has agreed to give up for this one.</summary>
    public static ValueMap<KeeperUid, HeldData> In(ValueMap<KeeperUid, KeeperReport> reports, Cluster cluster) =>
        Held(reports)
            .Where(h => h.Value.Cluster != cluster.Uid && cluster.Consent?.Covers(h.Value) != true)
            .ToValueMap();

    /// <summary>What each keeper holds, if anything whole.</summary>
    public static ValueMap<KeeperUid, HeldData> Held(ValueMap<KeeperUid, KeeperReport> reports) => reports
        .Select(r => (r.Key, Held: HeldData.Of(r.Value)))
        .Where(r => r.Held is not null)
        .ToValueMap(r => r.Key, r => r.Held!);

    /// <summary>The keeper whose data are the furthest; of equal ones the first.</summary>
    /// <param name="held">Not empty.</param>
    public static KeeperUid Furthest(ValueMap<KeeperUid, HeldData> held) => held
        .OrderByDescending(h => h.Value.Timeline.Value)
        .ThenByDescending(h => h.Value.Position.Value)
        .First().Key;

    /// <summary>What an operator can do, in one sentence without its full stop.</summary>
    /// <param name="held">Not empty.</param>
    public static string Advice(ValueMap<KeeperUid, HeldData> held) =>
        "if the store was lost, put its cluster data back (stolonctl clusterdata write) if they are the newest, or "
        + $"make the furthest data ({Furthest(held)}'s) the cluster's: stolonctl init "
        + $$$"""'{"initMode":"existing","existingConfig":{"keeperUID":"{{{Furthest(held)}}}"}}'; if the data are """
        + "really not needed, run stolonctl init and answer yes";
}
