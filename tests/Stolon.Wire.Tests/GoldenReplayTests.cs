using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Testing;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>What the original decided from these documents we decide too, where our behaviour is meant to be
/// equal.</summary>
/// <remarks>We sit beside the original's leader, look at the reports of each named moment, and compare our last
/// decision on the document of one moment with the document that the original wrote next. Not compared are statuses and
/// times, and not replayed the steps in which we differ on purpose: we send proxies to a primary only when it takes
/// writes (moments 04 and 13).</remarks>
public sealed class GoldenReplayTests
{
    [Theory]
    [InlineData("the first primary is ready", "02-starting-6", "03-starting-8", "02-starting-6", "03-starting-8")]
    [InlineData("the first synchronous standby", "06-standbys-3", "07-standbys-4", "06-standbys-3", "07-standbys-4")]
    [InlineData("it is confirmed", "07-standbys-4", "08-standbys-6", "07-standbys-4", "08-standbys-6")]
    [InlineData("all is well", "08-standbys-6", "10-steady", "08-standbys-6", "09-standbys-7")]
    [InlineData(
        "the primary dies", "11-two-sync", "12-failover-6", "11-two-sync", "12-failover-6", "13-failover-7")]
    [InlineData(
        "the successor is ready", "13-failover-7", "14-failover-9", "12-failover-6", "13-failover-7", "14-failover-9")]
    [InlineData(
        "it is given a synchronous standby", "15-failover-11", "16-failover-12", "14-failover-9", "15-failover-11")]
    [InlineData("the old primary's keeper returns", "16-failover-12", "17-rejoin-1", "16-failover-12", "17-rejoin-1")]
    [InlineData("the old primary's keeper clones", "17-rejoin-1", "18-rejoin-2", "17-rejoin-1", "18-rejoin-2")]
    [InlineData("the clone becomes synchronous", "18-rejoin-2", "19-rejoin-3", "18-rejoin-2", "19-rejoin-3")]
    [InlineData("all is well again", "20-rejoin-4", "21-rejoined", "20-rejoin-4", "21-rejoined")]
    public void We_decide_as_stolon_did(string story, string given, string expected, params string[] looks)
    {
        var decided = Decide(Data(given), NewOnes(given, expected), looks).Data;
        var original = Data(expected);
        Assert.Equal(
            (original.Cluster.Primary, original.Cluster.Phase), (decided.Cluster.Primary, decided.Cluster.Phase));
        Assert.Equal(original.Instances.Keys, decided.Instances.Keys);
        foreach (var (uid, instance) in original.Instances)
        {
            Assert.True(instance.Spec == decided.Instances[uid].Spec,
                $"{story}: {instance.Spec}\n{decided.Instances[uid].Spec}");
            Assert.Equal(instance.Generation, decided.Instances[uid].Generation);
            Assert.Equal(Sorted(instance.Status), Sorted(decided.Instances[uid].Status));
        }

        Assert.Equal(
            (original.Proxy.Target, original.Proxy.EnabledProxies, original.Proxy.Generation),
            (decided.Proxy.Target, decided.Proxy.EnabledProxies, decided.Proxy.Generation));
    }

    [Theory]
    [InlineData("03-starting-8")]
    [InlineData("06-standbys-3")]
    [InlineData("10-steady")]
    [InlineData("11-two-sync")]
    [InlineData("12-failover-6")]
    [InlineData("14-failover-9")]
    [InlineData("16-failover-12")]
    [InlineData("18-rejoin-2")]
    [InlineData("21-rejoined")]
    public void Taking_over_from_the_original_neither_elects_nor_removes_nor_closes(string moment)
    {
        var data = Data(moment);
        var decided = Decide(data, [.. Enumerable.Range(0, 4).Select(n => new InstanceUid($"new{n}"))], moment);
        Assert.Equal(data.Cluster, decided.Data.Cluster);
        Assert.Empty(data.Instances.Keys.Except(decided.Data.Instances.Keys));
        Assert.Empty(decided.Notes.OfType<SentinelNote.CandidateRejected>());
        Assert.True(data.Proxy.Target is null || data.Proxy.Target == decided.Data.Proxy.Target);
    }

    [Theory]
    [InlineData("10-steady")]
    [InlineData("11-two-sync")]
    [InlineData("21-rejoined")]
    public void Taking_over_a_cluster_at_rest_raises_no_generation(string moment)
    {
        var data = Data(moment);
        var decided = Decide(data, [], moment).Data;
        Assert.Equal(
            data.Instances.Values.Select(i => (i.Uid, i.Generation)),
            decided.Instances.Values.Select(i => (i.Uid, i.Generation)));
        Assert.Equal(data.Proxy, decided.Proxy);
    }

    [Fact]
    public void All_that_the_original_wrote_satisfies_the_invariants() => Assert.All(
        GoldenDocuments.Moments, moment => Assert.Empty(Invariants.Check(Data(moment))));

    /// <summary>Looks at each moment's reports, half a minute apart; the first time they prove nothing.</summary>
    private static SentinelDecision Decide(ClusterData data, ValueList<InstanceUid> fresh, params string[] looks)
    {
        var memory = new SentinelMemory();
        SentinelDecision? decision = null;
        for (var n = 0; n < looks.Length; n++)
        {
            decision = SentinelDecision.Decide(
                new SentinelView
                {
                    Data = data,
                    Keepers = GoldenDocuments.Reports(looks[n], "keepers")
                        .Select(path => WireFormat.ReadKeeperReport(GoldenDocuments.Bytes(path)))
                        .ToValueMap(r => r.Uid, r => r),
                    Proxies = GoldenDocuments.Reports(looks[n], "proxies")
                        .Select(path => WireFormat.ReadProxyReport(GoldenDocuments.Bytes(path)))
                        .ToValueMap(r => r.Uid, r => r),
                    Now = TimeSpan.FromHours(1) + (n * TimeSpan.FromSeconds(26)),
                    WallNow = data.ChangeTime,
                    FreshUids = fresh,
                },
                memory);
            Assert.Empty(Invariants.Check(data, decision.Data));
            memory = decision.Memory;
        }

        return decision!;
    }

    private static ClusterData Data(string moment) =>
        WireFormat.ReadClusterData(GoldenDocuments.Bytes(moment + "/clusterdata.json"))!;

    /// <summary>The uids the original drew in this step.</summary>
    private static ValueList<InstanceUid> NewOnes(string given, string expected) =>
        Data(expected).Instances.Keys.Except(Data(given).Instances.Keys).ToValueList();

    private static ValueList<InstanceUid>? Sorted(InstanceStatus status) => status.SynchronousStandbys?.ToSortedSet();
}
