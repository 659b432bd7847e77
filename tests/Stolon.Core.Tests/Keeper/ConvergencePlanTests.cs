using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class ConvergencePlanTests
{
    [Fact]
    public void A_converged_instance_needs_no_step()
    {
        foreach (var rig in new[] { KeeperRig.Primary(), KeeperRig.Standby() })
        {
            var plan = rig.Plan();
            Assert.Empty(plan.Steps);
            Assert.IsType<KeeperVerdict.Converged>(plan.Verdict);
        }
    }

    [Fact]
    public void A_new_cluster_is_saved_first()
    {
        var rig = KeeperRig.Primary();
        rig.KnownCluster = new ClusterUid("earlier");
        Assert.Equal([new KeeperStep.SaveCluster(new ClusterUid("cluster1"))], rig.Plan().Steps);
    }

    [Fact]
    public void An_unregistered_keeper_leaves_its_server_alone()
    {
        var rig = KeeperRig.Primary();
        rig.Data = rig.Data with { Keepers = rig.Data.Keepers.Without(rig.Self) };
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void Without_an_instance_the_server_is_stopped_and_the_data_stay()
    {
        var rig = KeeperRig.Standby();
        rig.Data = rig.Data with { Instances = rig.Data.Instances.Without(new InstanceUid("i2")) };
        Assert.Equal("Stop", rig.Steps());
        rig.Observation = rig.Observation with { Server = null };
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
    }

    [Fact]
    public void Nothing_starts_until_the_sentinel_has_read_a_report_of_this_run()
    {
        var rig = KeeperRig.Primary();
        rig.Identity = rig.Identity with { BootUuid = "another-boot" };
        rig.Observation = rig.Observation with { Server = null };
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
    }

    [Fact]
    public void A_server_that_runs_as_the_assigned_instance_keeps_running_meanwhile()
    {
        var rig = KeeperRig.Primary();
        rig.Identity = rig.Identity with { BootUuid = "another-boot" };
        rig.Memory = new KeeperMemory();
        Assert.Empty(rig.Plan().Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_runs_on_other_or_incomplete_data_is_stopped_meanwhile(bool other)
    {
        var rig = KeeperRig.Standby();
        rig.Identity = rig.Identity with { BootUuid = "another-boot" };
        rig.Memory = new KeeperMemory();
        rig.Local = other ? rig.Local with { Uid = new InstanceUid("other") } : rig.Local with { Initializing = true };
        Assert.Equal("Stop", rig.Steps());
    }

    [Fact]
    public void A_running_server_is_adopted_without_a_restart()
    {
        var rig = KeeperRig.Primary();
        rig.Memory = new KeeperMemory();
        var plan = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(plan));
        rig.Memory = plan.OnSuccess;
        Assert.IsType<KeeperVerdict.Converged>(rig.Plan().Verdict);
    }

    [Theory]
    [InlineData("10.0.0.1", 5432)]
    [InlineData("*", 5433)]
    public void A_server_found_running_with_other_options_of_this_keeper_is_restarted(string listen, int port)
    {
        var rig = KeeperRig.Primary();
        rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Port = port } };
        rig.ChangeServer(a => a with { ListenAddresses = listen });
        Assert.Equal("Stop Start AwaitReady", rig.Steps());
    }

    /// <summary>Clients must not see commits that no standby has confirmed, although the keeper that knew this has
    /// ended.</summary>
    [Fact]
    public void A_restarted_keeper_keeps_users_out_of_a_primary_whose_standbys_are_not_back()
    {
        var rig = KeeperRig.Primary(World.Synchronous);
        var closed = DesiredConfiguration.Primary(rig.View(), rig.Assigned, internalOnly: true).Hba;
        Assert.NotEqual(rig.Desired().Hba, closed);
        (rig.Memory, rig.Observation) =
            (new KeeperMemory(), rig.Observation with { Data = rig.Observation.Data! with { Hba = closed } });
        var running = rig.Observation;
        rig.ChangeServer(a => a with { SynchronousStandbys = [] });
        var plan = rig.Plan();
        Assert.Equal(closed, Assert.IsType<KeeperStep.Reload>(Assert.Single(plan.Steps)).Configuration.Hba);
        (rig.Memory, rig.Observation) = (plan.OnSuccess, running);
        Assert.Equal(
            rig.Desired().Hba, Assert.IsType<KeeperStep.Reload>(Assert.Single(rig.Plan().Steps)).Configuration.Hba);
    }

    [Fact]
    public void The_generation_is_saved_only_after_all_steps()
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { MaxStandbys = 9 });
        var plan = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(plan));
        rig.Memory = plan.OnSuccess;
        Assert.Equal(
            [new KeeperStep.SaveInstance(new InstanceState
            {
                Uid = rig.Assigned.Uid, Cluster = KeeperRig.Cluster, Generation = rig.Assigned.Generation,
            })],
            rig.Plan().Steps);
        Assert.IsType<KeeperVerdict.Converged>(rig.Plan().Verdict);
    }

    [Fact]
    public void An_instance_without_a_role_is_waited_for()
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { Role = null });
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
    }
}
