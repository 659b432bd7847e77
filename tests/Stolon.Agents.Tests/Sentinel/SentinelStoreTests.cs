using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Sentinel;

/// <summary>What a sentinel makes of a store that has no cluster data yet, or something that cannot be read.</summary>
public sealed class SentinelStoreTests
{
    [Fact]
    public void A_sentinel_with_a_specification_makes_the_cluster_data_without_leading()
    {
        var rig = new SentinelRig(Clusters.Spec);

        rig.Check();
        rig.Stage.Advance(5);
        rig.Check();

        Assert.Null(rig.Seat.Current);
        Assert.Null(Assert.Single(rig.Stage.Store.Fences));
        Assert.Equal(Clusters.Spec, rig.Data().Cluster.Spec);
        Assert.Equal(ClusterPhase.Initializing, rig.Data().Cluster.Phase);
    }

    [Fact]
    public void Cluster_data_that_another_program_has_just_created_are_kept()
    {
        var rig = new SentinelRig(Clusters.Spec);
        rig.Check();
        rig.Stage.Advance(5);
        rig.Stage.Store.AfterRead = () =>
        {
            rig.Stage.Store.AfterRead = () => { };
            rig.Write(Clusters.Empty());
        };

        rig.Check();

        Assert.Equal(Clusters.Uid, rig.Data().Cluster.Uid);
    }

    [Fact]
    public void Without_a_specification_it_waits_and_logs_that_once()
    {
        var rig = new SentinelRig();

        rig.Check();
        rig.Check();

        Assert.IsType<ClusterDataRead.Absent>(rig.Read());
        Assert.Equal(["waiting for cluster data: run stolonctl init"], rig.Stage.Log.Messages);
    }

    [Fact]
    public void The_value_null_in_the_store_is_not_overwritten()
    {
        var rig = new SentinelRig(Clusters.Spec);
        Put(rig, "null");

        rig.Check();

        Assert.Equal(0, rig.Writes);
    }

    [Fact]
    public void Unusable_cluster_data_are_not_overwritten_and_that_is_logged_once()
    {
        var rig = new SentinelRig(Clusters.Spec);
        Put(rig, """{"formatVersion":7}""");
        rig.StandForElection();

        rig.Check();
        rig.Check();

        Assert.Equal(0, rig.Writes);
        Assert.Single(
            rig.Stage.Log.Messages, t => t.StartsWith("the cluster data cannot be used", StringComparison.Ordinal));
    }

    private static void Put(SentinelRig rig, string value) => rig.Stage.Do(token => rig.Stage.Server.PutAsync(
        RecordingStore.Paths.ClusterData, Encoding.UTF8.GetBytes(value), timeToLive: null, token));

    [Theory]
    [InlineData("keepers")]
    [InlineData("proxies")]
    [InlineData("sentinels")]
    public void A_report_that_cannot_be_read_keeps_it_from_nothing(string kind)
    {
        var rig = SentinelRig.AtRest();
        var root = RecordingStore.Paths.ClusterData[..^"clusterdata".Length];
        rig.Stage.Do(async token =>
        {
            await rig.Stage.Server.PutAsync($"{root}{kind}/info/ghost", "{"u8.ToArray(), null, token);
            return 0;
        });
        rig.Position += 1000;
        rig.Work(10);
        Assert.Equal(rig.Position, Assert.Single(rig.Data().Instances.Values).Status.Position.Value);
    }
}
