using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>Primary, standby, slots and settings of an instance that has its data.</summary>
public sealed class RolePlanTests
{
    [Fact]
    public void A_stopped_primary_is_started()
    {
        var rig = KeeperRig.Primary();
        rig.Observation = rig.Observation with { Server = null };
        var plan = rig.Plan();
        Assert.Equal("Start AwaitReady", KeeperRig.Names(plan));
        Assert.Equal(RecoveryMode.None, BootstrapPlanTests.Started(plan).Configuration.Recovery);
        Assert.True(BootstrapPlanTests.Started(plan).NeedsCurrentClusterData);
        Assert.False(plan.OnSuccess.InternalOnly);
        Assert.Null(plan.OnFailure.InEffect);
    }

    [Fact]
    public void A_primary_without_data_is_refused_and_no_data_are_created()
    {
        var rig = KeeperRig.Primary();
        rig.Observation = rig.Observation with { Server = null, Data = null };
        Assert.IsType<KeeperVerdict.Refused>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_waited_for()
    {
        foreach (var rig in new[] { KeeperRig.Primary(), KeeperRig.Standby() })
        {
            rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Answers = null } };
            Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
            Assert.True(rig.Plan().RunAgainSoon);
            Assert.Empty(rig.Plan().Steps);
        }
    }

    [Fact]
    public void A_standby_that_waits_for_WAL_of_a_lost_primary_is_restarted_to_follow_the_new_one()
    {
        var rig = KeeperRig.Standby();
        rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Answers = null } };
        rig.Change("i1", i => i with { Status = i.Status with { ListenAddress = "elected.example" } });
        Assert.Equal("Stop Start", rig.Steps());
        rig.Memory = rig.Plan().OnSuccess;
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void A_synchronous_primary_keeps_ordinary_users_out_after_a_start_until_its_standbys_are_back()
    {
        var rig = KeeperRig.Primary(World.Synchronous);
        var running = rig.Observation;
        rig.Observation = rig.Observation with { Server = null };
        var start = rig.Plan();
        Assert.True(start.OnSuccess.InternalOnly);
        Assert.DoesNotContain(BootstrapPlanTests.Started(start).Configuration.Hba, l => l.StartsWith("host all all"));

        (rig.Observation, rig.Memory) = (running, start.OnSuccess);
        rig.ChangeServer(a => a with { SynchronousStandbys = [] });
        var waiting = rig.Plan();
        Assert.True(waiting.RunAgainSoon);
        Assert.True(waiting.OnSuccess.InternalOnly);
        Assert.Empty(waiting.Steps);

        rig.Observation = running;
        var open = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(open));
        Assert.Contains(((KeeperStep.Reload)open.Steps[0]).Configuration.Hba, l => l.StartsWith("host all all"));
        Assert.False(open.OnSuccess.InternalOnly);
    }

    [Fact]
    public void Users_are_let_in_when_synchronous_replication_is_switched_off()
    {
        var rig = KeeperRig.Primary();
        rig.Memory = rig.Memory with { InternalOnly = true };
        Assert.False(rig.Plan().OnSuccess.InternalOnly);
    }

    [Fact]
    public void A_running_primary_that_becomes_synchronous_keeps_its_users()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with
        {
            SynchronousReplication = true,
            SynchronousStandbys = [new InstanceUid("i2")],
        });
        var plan = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(plan));
        var configured = ((KeeperStep.Reload)plan.Steps[0]).Configuration;
        Assert.Equal("stolon_i2", configured.Parameters["synchronous_standby_names"]);
        Assert.Contains(configured.Hba, l => l.StartsWith("host all all"));
        Assert.Contains(KeeperRemark.SynchronousStandbysChanged, plan.Remarks);
    }

    [Fact]
    public void A_stopped_standby_is_started_and_follows()
    {
        var rig = KeeperRig.Standby();
        rig.Observation = rig.Observation with { Server = null };
        var plan = rig.Plan();
        Assert.Equal("Start", KeeperRig.Names(plan));
        var configuration = BootstrapPlanTests.Started(plan).Configuration;
        Assert.Equal(RecoveryMode.Standby, configuration.Recovery);
        Assert.Contains("host=k1.example", configuration.RecoveryParameters["primary_conninfo"]);
        Assert.Equal("stolon_i2", configuration.RecoveryParameters["primary_slot_name"]);
        Assert.False(plan.Steps[0].NeedsCurrentClusterData);
    }

    [Theory]
    [InlineData(15, "Reload")]
    [InlineData(13, "Reload")]
    [InlineData(12, "Stop Start")]
    [InlineData(10, "Stop Start")]
    public void A_standby_follows_a_changed_address_by_reload_where_PostgreSQL_can(int major, string steps)
    {
        var rig = KeeperRig.Standby();
        rig.Observation = rig.Observation with { Version = new PostgresVersion(major, 1) };
        rig.Memory = rig.Memory with { InEffect = rig.Desired() };
        rig.Change("i1", i => i with { Status = i.Status with { ListenAddress = "moved.example" } });
        var plan = rig.Plan();
        Assert.Equal(steps, KeeperRig.Names(plan));
        Assert.Contains("host=moved.example", plan.OnSuccess.InEffect!.RecoveryParameters["primary_conninfo"]);
    }

    [Theory]
    [InlineData(14, "Reload")]
    [InlineData(13, "Stop Start")]
    public void A_changed_restore_command_needs_a_restart_before_PostgreSQL_14(int major, string steps)
    {
        var rig = KeeperRig.Standby();
        rig.Observation = rig.Observation with { Version = new PostgresVersion(major, 1) };
        Follow("fetch %f %p");
        rig.Memory = rig.Memory with { InEffect = rig.Desired() };
        Follow("fetch-better %f %p");
        Assert.Equal(steps, rig.Steps());

        void Follow(string command) => rig.ChangeAssigned(s => s with
        {
            Follow = new FollowSource.External(
                new StandbySettings { PrimaryConnInfo = "host=outside" },
                new ArchiveRecoverySettings { RestoreCommand = command }),
        });
    }

    [Fact]
    public void A_standby_with_an_unknown_source_keeps_its_configuration()
    {
        var rig = KeeperRig.Standby();
        rig.Data = rig.Data with { Instances = rig.Data.Instances.Without(new InstanceUid("i1")) };
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_primary_is_never_made_a_standby_in_place(bool running)
    {
        var rig = KeeperRig.Standby();
        rig.ChangeServer(a => a with { InRecovery = false });
        rig.Observation = running
            ? rig.Observation
            : rig.Observation with { Server = null, Data = rig.Observation.Data! with { Role = InstanceRole.Primary } };
        Assert.IsType<KeeperVerdict.Refused>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void A_primary_keeps_a_slot_for_each_follower_and_each_name_asked_for()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with
        {
            Followers = [new InstanceUid("i1"), new InstanceUid("i2"), new InstanceUid("i3")],
            AdditionalReplicationSlots = ["extra"],
        });
        rig.ChangeServer(a => a with { Slots = ["stolon_i2", "stolon_gone", "theirs"] });
        Assert.Equal(
            [
                new KeeperStep.CreateSlot("stolon_i3"),
                new KeeperStep.CreateSlot("stolon_extra"),
                new KeeperStep.DropSlot("stolon_gone"),
            ],
            rig.Plan().Steps);
    }

    [Fact]
    public void A_slot_that_cannot_be_dropped_yet_does_not_hold_up_the_generation()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with { Followers = [] });
        Assert.Equal("DropSlot SaveInstance", rig.Steps());
    }

    [Fact]
    public void Changed_parameters_are_reloaded()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with { PgParameters = ValueMap<string, string>.Empty.With("work_mem", "9MB") });
        var plan = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(plan));
        Assert.Contains(KeeperRemark.ParametersChanged, plan.Remarks);
    }

    [Fact]
    public void Changed_host_access_is_reloaded_with_parameters_unchanged()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with { PgHba = ["host all all 10.0.0.0/8 md5"] });
        var plan = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(plan));
        Assert.Contains(KeeperRemark.HbaChanged, plan.Remarks);
        Assert.Contains(KeeperRemark.ParametersUnchanged, plan.Remarks);
    }
}
