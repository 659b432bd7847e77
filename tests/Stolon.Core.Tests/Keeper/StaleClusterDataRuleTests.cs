using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>An old copy of the store was restored.</summary>
public sealed class StaleClusterDataRuleTests
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Cluster_data_that_went_back_stay_old_whatever_is_written_to_them()
    {
        var seen = SeenClusterData.Of(null, Data(5));
        seen = SeenClusterData.Of(seen, Data(7));
        Assert.False(seen.WentBack);
        seen = SeenClusterData.Of(seen, Data(5));
        Assert.True(seen.WentBack);
        seen = SeenClusterData.Of(seen, Data(7, hours: 100));
        Assert.True(seen.WentBack);
        Assert.True(SeenClusterData.Of(seen, Data(8, hours: 101)).WentBack);
    }

    /// <summary>A keeper that was down meanwhile sees the number it knows, of another version.</summary>
    [Fact]
    public void The_same_generation_written_at_another_time_is_another_version() =>
        Assert.True(SeenClusterData.Of(SeenClusterData.Of(null, Data(7)), Data(7, hours: 100)).WentBack);

    [Fact]
    public void Nothing_is_stale_once_the_seen_data_are_restored_or_another_cluster_begins()
    {
        var old = SeenClusterData.Of(SeenClusterData.Of(null, Data(7)), Data(5));
        Assert.False(SeenClusterData.Of(old, Data(7)).WentBack);
        var another = Data(1) with { Cluster = Data(1).Cluster with { Uid = new ClusterUid("another") } };
        Assert.False(SeenClusterData.Of(old, another).WentBack);
    }

    [Fact]
    public void On_stale_cluster_data_nothing_is_replaced()
    {
        var rig = KeeperRig.Returned();
        Assert.NotEmpty(rig.PlanAfterProbe().Steps);
        GoBack(rig);
        AssertRefused(rig);
    }

    [Fact]
    public void On_stale_cluster_data_nothing_is_promoted()
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { Role = InstanceRole.Primary, Follow = null });
        Assert.Contains("Promote", rig.Steps());
        GoBack(rig);
        AssertRefused(rig);
    }

    [Fact]
    public void On_stale_cluster_data_no_stopped_primary_starts_if_newer_data_named_another()
    {
        var rig = KeeperRig.Primary();
        rig.Observation = rig.Observation with { Server = null };
        Assert.Contains("Start", rig.Steps());
        GoBack(rig, newerPrimary: "i2");
        AssertRefused(rig);
    }

    /// <summary>Its host or its PostgreSQL restarted; otherwise the outage would be permanent.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void On_stale_cluster_data_the_latest_primary_starts_again(bool byProxies)
    {
        var rig = KeeperRig.Primary();
        rig.Observation =
            rig.Observation with { Server = null, Data = rig.Observation.Data! with { Role = InstanceRole.Primary } };
        GoBack(rig);
        if (!byProxies)
        {
            rig.Seen = SeenClusterData.Of(null, rig.Data);
            rig.Local = rig.Local with { Generation = new Generation(rig.Assigned.Generation.Value + 1) };
        }

        Assert.NotNull(StaleClusterDataRule.Complaint(rig.View()));
        Assert.Contains("Start", rig.Steps());
    }

    [Fact]
    public void On_stale_cluster_data_it_does_not_start_beside_data_that_were_promoted_since()
    {
        var rig = KeeperRig.Primary();
        rig.Observation = rig.Observation with { Server = null };
        rig.Change("i2", i => i with { Status = i.Status with { Timeline = new(2) } });
        GoBack(rig);
        AssertRefused(rig);
    }

    [Fact]
    public void Cluster_data_of_another_cluster_do_not_erase_what_is_known_of_the_first()
    {
        var another = Data(1) with { Cluster = Data(1).Cluster with { Uid = new ClusterUid("another") } };
        var state = new KeeperState(new KeeperUid("k1"), null).WithSeen(Data(7)).WithSeen(another);
        Assert.False(state.Seen?.WentBack);
        Assert.True(state.WithSeen(Data(5)).Seen?.WentBack);
        Assert.Equal(another.Cluster.Uid, Assert.Single(state.WithSeen(Data(5)).SeenBefore).Cluster);
    }

    [Fact]
    public void The_keepers_file_stays_small_for_any_number_of_clusters()
    {
        var state = new KeeperState(new KeeperUid("k1"), null);
        for (var n = 0; n < 100; n++)
        {
            state = state.WithSeen(Data(1) with { Cluster = Data(1).Cluster with { Uid = new ClusterUid($"c{n}") } });
        }

        Assert.Equal(8, state.SeenBefore.Count);
    }

    [Fact]
    public void On_stale_cluster_data_a_server_that_they_do_not_contain_keeps_running()
    {
        var rig = KeeperRig.Standby();
        rig.Data = rig.Data with { Instances = rig.Data.Instances.Without(new InstanceUid("i2")) };
        GoBack(rig);
        AssertRefused(rig);
    }

    [Fact]
    public void An_instance_beyond_its_generation_has_seen_newer_data()
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { Role = InstanceRole.Primary, Follow = null });
        rig.Local = rig.Local with { Generation = new Generation(rig.Assigned.Generation.Value + 1) };
        AssertRefused(rig);
    }

    [Fact]
    public void On_stale_cluster_data_a_server_that_keeps_its_role_continues_with_a_complaint()
    {
        foreach (var rig in new[] { KeeperRig.Primary(), KeeperRig.Standby() })
        {
            GoBack(rig);
            Assert.IsType<KeeperVerdict.Converged>(rig.Plan().Verdict);
            Assert.Contains("an old copy of the store", StaleClusterDataRule.Complaint(rig.View()),
                StringComparison.Ordinal);
        }
    }

    private static void AssertRefused(KeeperRig rig)
    {
        var plan = rig.PlanAfterProbe();
        Assert.Empty(plan.Steps);
        Assert.Equal(ComplaintSubject.Data, Assert.IsType<KeeperVerdict.Refused>(plan.Verdict).Subject);
    }

    private static void GoBack(KeeperRig rig, string? newerPrimary = null)
    {
        var cluster = rig.Data.Cluster with
        {
            Primary = newerPrimary is null ? rig.Data.Cluster.Primary : new InstanceUid(newerPrimary),
        };
        var newer = rig.Data.Proxy with { Generation = new Generation(rig.Data.Proxy.Generation.Value + 2) };
        rig.Seen = SeenClusterData.Of(SeenClusterData.Of(null, rig.Data with { Proxy = newer, Cluster = cluster }),
            rig.Data);
    }

    private static ClusterData Data(long generation, int hours = 0)
    {
        var data = ClusterData.New(new ClusterUid("c"), World.New, WallTime.Never);
        return data with
        {
            Proxy = new ProxyDirective
            {
                Generation = new Generation(generation),
                ChangeTime = new WallTime(Epoch.AddHours(generation + hours)),
            },
        };
    }
}
