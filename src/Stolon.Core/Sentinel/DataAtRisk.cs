using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Complete data of another cluster that a new cluster would replace.</summary>
public static class DataAtRisk
{
    /// <summary>Before there are cluster data: the data on the keepers. Data that never belonged to a cluster do not
    /// count on the keeper that the specification names to be adopted.</summary>
    public static ValueMap<KeeperUid, HeldData> BeforeCluster(
        ValueMap<KeeperUid, KeeperReport> reports, ClusterSpec spec)
    {
        var settings = ClusterSettings.From(spec);
        var adopted = settings.InitMode == ClusterInitMode.Existing ? settings.ExistingConfig?.KeeperUid : null;
        return Held(reports).Where(h => h.Key.Value != adopted || h.Value.Cluster is not null).ToValueMap();
    }

    /// <summary>The data of other clusters on the keepers that no operator has agreed to replace.</summary>
    public static ValueMap<KeeperUid, HeldData> In(ValueMap<KeeperUid, KeeperReport> reports, Cluster cluster) =>
        Held(reports)
            .Where(h => h.Value.Cluster != cluster.Uid && cluster.Consent?.Covers(h.Value) != true)
            .ToValueMap();

    /// <summary>The complete data on each keeper, if any.</summary>
    public static ValueMap<KeeperUid, HeldData> Held(ValueMap<KeeperUid, KeeperReport> reports) => reports
        .Select(r => (r.Key, Held: HeldData.Of(r.Value)))
        .Where(r => r.Held is not null)
        .ToValueMap(r => r.Key, r => r.Held!);

    /// <summary>The keeper whose data are the most advanced; of equal ones the first.</summary>
    /// <param name="held">Not empty.</param>
    public static KeeperUid Furthest(ValueMap<KeeperUid, HeldData> held) => held
        .OrderByDescending(h => h.Value.Timeline.Value)
        .ThenByDescending(h => h.Value.Position.Value)
        .First().Key;

    /// <summary>What the operator can do, in one sentence without its full stop.</summary>
    /// <param name="held">Not empty.</param>
    public static string Advice(ValueMap<KeeperUid, HeldData> held) =>
        "if the store was lost, restore its cluster data (stolonctl clusterdata write) if they are up to date, or "
        + $"start the cluster from the most advanced data (on {Furthest(held)}): stolonctl init "
        + $$$"""'{"initMode":"existing","existingConfig":{"keeperUID":"{{{Furthest(held)}}}"}}'; if the data are """
        + "not needed, run stolonctl init and answer yes";
}
