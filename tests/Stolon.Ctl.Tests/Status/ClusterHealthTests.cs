using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Ctl.Status;
using Xunit;

namespace Stolon.Ctl.Tests.Status;

public sealed class ClusterHealthTests
{
    private static readonly InstanceUid Primary = new("i1");
    private static readonly ProxyUid Proxy = new("p1");

    [Fact]
    public void A_cluster_whose_parts_all_work_lacks_nothing() => Assert.Empty(Missing(Healthy()));

    [Fact]
    public void A_cluster_without_a_leading_sentinel_is_not_healthy() =>
        Assert.Equal(["no sentinel leads"], ClusterHealth.Missing(Healthy(), leader: null, [Report(2)], 0));

    [Fact]
    public void A_cluster_without_a_primary_is_not_healthy()
    {
        var data = Healthy();

        Assert.Equal(["no primary is elected"], Missing(data with { Cluster = data.Cluster with { Primary = null } }));
        Assert.Equal(
            ["no primary is elected"],
            Missing(data with { Cluster = data.Cluster with { Primary = new InstanceUid("gone") } }));
    }

    [Fact]
    public void An_unhealthy_instance_is_named_with_its_reason() => Assert.Equal(
        ["the standby on keeper k2 is not healthy: it is down"],
        Missing(Change("i2", i => i with { Healthy = false, Trouble = new Trouble("it is down", WallTime.Never) })));

    [Fact]
    public void An_unhealthy_keeper_is_named_once_for_itself_and_its_instance()
    {
        var data = Change("i2", i => i with { Healthy = false });
        var keeper = new KeeperUid("k2");
        data = data with { Keepers = data.Keepers.With(keeper, Keeper("k2") with { Status = new KeeperStatus() }) };

        Assert.Equal(["keeper k2 is not healthy"], Missing(data));
    }

    [Fact]
    public void A_standby_that_is_still_cloned_is_not_healthy() => Assert.Equal(
        ["the standby on keeper k2 has carried out generation 0 of 1"],
        Missing(Change("i2", i => i with { CurrentGeneration = Generation.None })));

    [Fact]
    public void A_keeper_without_data_is_missing_as_long_as_the_specification_wants_a_standby()
    {
        var data = WithKeeper(Healthy(), "k3");

        Assert.Equal(["keeper k3 has no data yet"], Missing(data));
        Assert.Empty(Missing(WithSpec(data, spec => spec with { MaxStandbysPerSender = 1 })));
    }

    [Fact]
    public void A_cluster_that_is_being_initialized_is_not_healthy()
    {
        var data = Healthy();

        Assert.Equal(
            ["the cluster is being initialized"],
            Missing(data with { Cluster = data.Cluster with { Phase = ClusterPhase.Initializing } }));
    }

    [Fact]
    public void A_specification_that_the_sentinel_has_not_assigned_yet_is_missing()
    {
        var changed = WithSpec(Healthy(), s => s with { RequestTimeout = TimeSpan.FromSeconds(77) });

        Assert.Equal(
            [
                "the sentinel has not assigned the specification to the primary on keeper k1 yet",
                "the sentinel has not assigned the specification to the standby on keeper k2 yet",
            ],
            Missing(changed));
    }

    [Fact]
    public void A_keeper_that_is_about_to_be_failed_is_not_healthy()
    {
        var data = Healthy();
        var keeper = Keeper("k2") with { Status = new KeeperStatus { Healthy = true, ForceFail = true } };

        Assert.Equal(
            ["keeper k2 is about to be failed, as an operator has requested"],
            Missing(data with { Keepers = data.Keepers.With(keeper.Uid, keeper) }));
    }

    [Fact]
    public void Synchronous_replication_that_was_just_turned_on_is_waited_for() => Assert.Equal(
        ["synchronous replication is in the specification, but not yet on the primary"],
        Missing(WithSpec(Healthy(), s => s with { SynchronousReplication = true })));

    [Fact]
    public void Commits_that_wait_for_a_standby_that_is_not_there_are_not_healthy()
    {
        var data = Healthy();
        var primary = data.Instances[Primary];
        var spec = primary.Spec with
        {
            SynchronousReplication = true,
            SynchronousStandbys = [new InstanceUid("i2")],
            ExternalSynchronousStandbys = ["stolonfakestandby"],
        };

        var missing = Missing(data with { Instances = data.Instances.With(Primary, primary with { Spec = spec }) });

        Assert.Equal(
            [
                "commits wait for a synchronous standby that is not in the cluster",
                "instance i2 is not confirmed as a synchronous standby yet",
            ],
            missing);
    }

    [Fact]
    public void Fewer_keepers_than_required_are_not_healthy() =>
        Assert.Equal(["2 of 3 keepers have a PostgreSQL"], ClusterHealth.Missing(Healthy(), "s1", [Report(2)], 3));

    [Fact]
    public void A_running_proxy_must_be_enabled_confirm_the_target_and_have_one()
    {
        string[] missing = ["proxy p1 does not forward to the primary yet"];
        var data = Healthy();

        Assert.Equal(missing, ClusterHealth.Missing(data, "s1", [Report(1)], 0));
        Assert.Equal(missing, Missing(data with { Proxy = data.Proxy with { Target = null } }));
        Assert.Equal(missing, Missing(data with { Proxy = data.Proxy with { EnabledProxies = [] } }));
    }

    [Fact]
    public void Without_a_running_proxy_none_is_missing()
    {
        var data = Healthy();

        Assert.Empty(ClusterHealth.Missing(data with { Proxy = new ProxyDirective() }, "s1", [], 0));
    }

    private static IEnumerable<string> Missing(ClusterData data) => ClusterHealth.Missing(data, "s1", [Report(2)], 0);

    private static ProxyReport Report(long generation) =>
        new() { InfoUid = "1", Uid = Proxy, Generation = new Generation(generation) };

    private static ClusterData Healthy()
    {
        var spec = new ClusterSpec { InitMode = ClusterInitMode.New };
        var data = ClusterData.New(new ClusterUid("c1"), spec, WallTime.Never);
        data = WithInstance(WithInstance(data, "1", InstanceRole.Primary), "2", InstanceRole.Standby);
        return data with
        {
            Cluster = data.Cluster with { Primary = Primary, Phase = ClusterPhase.Normal },
            Proxy = new ProxyDirective { Target = Primary, Generation = new Generation(2), EnabledProxies = [Proxy] },
        };
    }

    private static ClusterData WithInstance(ClusterData data, string number, InstanceRole role)
    {
        var uid = new InstanceUid("i" + number);
        var instance = new Instance
        {
            Uid = uid,
            Generation = Generation.First,
            Spec = new InstanceSpec { Keeper = new KeeperUid("k" + number), Role = role },
            Status = new InstanceStatus { Healthy = true, CurrentGeneration = Generation.First },
        };
        var settings = ClusterSettings.From(data.Cluster.Spec);
        instance = instance with { Spec = SettingsPropagation.Applied(settings, instance) };
        return WithKeeper(data with { Instances = data.Instances.With(uid, instance) }, "k" + number);
    }

    private static ClusterData WithKeeper(ClusterData data, string uid) =>
        data with { Keepers = data.Keepers.With(new KeeperUid(uid), Keeper(uid)) };

    private static KeeperRecord Keeper(string uid) =>
        new() { Uid = new KeeperUid(uid), Status = new KeeperStatus { Healthy = true } };

    private static ClusterData WithSpec(ClusterData data, Func<ClusterSpec, ClusterSpec> change) =>
        data with { Cluster = data.Cluster with { Spec = change(data.Cluster.Spec) } };

    private static ClusterData Change(string uid, Func<InstanceStatus, InstanceStatus> change)
    {
        var (data, key) = (Healthy(), new InstanceUid(uid));
        var instance = data.Instances[key];
        return data with
        {
            Instances = data.Instances.With(key, instance with { Status = change(instance.Status) }),
        };
    }
}
