using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class BootstrapPlanTests
{
    [Fact]
    public void A_new_cluster_is_marked_as_initializing_before_anything_is_erased()
    {
        var rig = Fresh(InstanceInitMode.New);
        var plan = rig.Plan();
        Assert.Equal(
            "SaveInstance Erase InitDb Start AwaitReady CaptureParameters SetUpRoles Stop",
            KeeperRig.Names(plan));
        Assert.Equal(
            new InstanceState { Uid = new InstanceUid("i1"), Cluster = KeeperRig.Cluster, Initializing = true },
            Saved(plan));
        Assert.True(Started(plan).Temporary);
        Assert.Equal(RecoveryMode.None, Started(plan).Configuration.Recovery);
        Assert.Equal(new InstanceUid("i1"), plan.OnSuccess.Prepared);
        Assert.Null(plan.OnFailure.Prepared);
    }

    [Fact]
    public void In_an_empty_directory_nothing_is_erased_and_parameters_are_captured_only_if_requested()
    {
        var rig = Fresh(InstanceInitMode.New);
        rig.Observation = rig.Observation with { DirectoryHasFiles = false, Data = null };
        rig.ChangeAssigned(s => s with { IncludePreviousConfig = false });
        Assert.Equal("SaveInstance InitDb Start AwaitReady SetUpRoles Stop", rig.Steps());
    }

    [Fact]
    public void A_backup_is_restored_and_recovered_to_its_target()
    {
        var rig = Fresh(InstanceInitMode.PointInTimeRecovery);
        rig.ChangeAssigned(s => s with
        {
            PointInTimeConfig = new PointInTimeConfig
            {
                DataRestoreCommand = "restore %d",
                ArchiveRecovery = new ArchiveRecoverySettings { RestoreCommand = "fetch %f %p" },
            },
        });
        var plan = rig.Plan();
        Assert.Equal(
            "SaveInstance Erase Restore Start AwaitRecoveryEnd AwaitReady CaptureParameters Stop",
            KeeperRig.Names(plan));
        Assert.Equal(RecoveryMode.Recovery, Started(plan).Configuration.Recovery);
        Assert.Equal("fetch %f %p", Started(plan).Configuration.RecoveryParameters["restore_command"]);
    }

    [Fact]
    public void A_backup_for_a_standby_cluster_does_not_end_its_recovery()
    {
        var rig = Fresh(InstanceInitMode.PointInTimeRecovery);
        rig.ChangeAssigned(s => s with
        {
            PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "restore %d" },
            Role = InstanceRole.Standby,
            Follow = new FollowSource.External(new StandbySettings { PrimaryConnInfo = "host=outside" }, null),
        });
        var plan = rig.Plan();
        Assert.Equal("SaveInstance Erase Restore Start AwaitReady CaptureParameters Stop", KeeperRig.Names(plan));
        Assert.Equal(RecoveryMode.Standby, Started(plan).Configuration.Recovery);
        Assert.Equal("host=outside", Started(plan).Configuration.RecoveryParameters["primary_conninfo"]);
    }

    [Fact]
    public void Existing_data_are_adopted_and_saved_only_after_their_parameters_are_known()
    {
        var rig = Fresh(InstanceInitMode.Existing);
        var plan = rig.Plan();
        Assert.Equal("Start AwaitReady CaptureParameters Stop", KeeperRig.Names(plan));
        Assert.Equal(
            new InstanceState { Uid = new InstanceUid("i1"), Cluster = KeeperRig.Cluster },
            plan.Steps.OfType<KeeperStep.CaptureParameters>().Single().State);
        rig.ChangeAssigned(s => s with { IncludePreviousConfig = false });
        Assert.Equal("Start AwaitReady SaveInstance Stop", rig.Steps());
    }

    [Fact]
    public void An_adopted_standbys_data_start_as_a_standby_to_be_promoted()
    {
        var rig = Fresh(InstanceInitMode.Existing);
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { Role = InstanceRole.Standby } };
        Assert.Equal(RecoveryMode.Standby, Started(rig.Plan()).Configuration.Recovery);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Data_without_files_or_with_an_interrupted_initialization_are_not_adopted(bool halfMade)
    {
        var rig = Fresh(InstanceInitMode.Existing);
        if (halfMade)
        {
            rig.Local = rig.Local with { Initializing = true };
        }
        else
        {
            rig.Observation = rig.Observation with { Data = null };
        }

        Assert.IsType<KeeperVerdict.Refused>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    /// <summary>The temporary server reads another file, which no reload replaces.</summary>
    [Fact]
    public void A_server_left_by_an_interrupted_adoption_is_stopped_once()
    {
        var rig = KeeperRig.Primary();
        rig.Local = new InstanceState { Uid = new InstanceUid("i1") };
        rig.Memory = new KeeperMemory();
        var plan = rig.Plan();
        Assert.Equal("Stop", KeeperRig.Names(plan));
        (rig.Memory, rig.Observation) = (plan.OnSuccess, rig.Observation with { Server = null });
        Assert.Equal("Start AwaitReady", rig.Steps());
    }

    [Fact]
    public void Lost_data_are_never_created_again()
    {
        var rig = Fresh(InstanceInitMode.None);
        rig.Observation = rig.Observation with { DirectoryHasFiles = false, Data = null };
        Assert.IsType<KeeperVerdict.Refused>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void Without_an_init_mode_nothing_is_done()
    {
        var rig = Fresh(InstanceInitMode.None);
        rig.ChangeAssigned(s => s with { InitMode = null });
        Assert.IsType<KeeperVerdict.Refused>(rig.Plan().Verdict);
    }

    [Fact]
    public void Incomplete_data_are_created_again_and_data_prepared_by_this_run_are_not()
    {
        var rig = Fresh(InstanceInitMode.New);
        rig.Local = new InstanceState { Uid = new InstanceUid("i1"), Initializing = true };
        Assert.Contains("Erase InitDb", rig.Steps());
        rig.Memory = new KeeperMemory { Prepared = new InstanceUid("i1") };
        Assert.Equal("Start AwaitReady", rig.Steps());
    }

    [Fact]
    public void Captured_parameters_are_in_force_while_the_cluster_initializes()
    {
        var rig = Fresh(InstanceInitMode.New);
        rig.Local = new InstanceState
        {
            Uid = new InstanceUid("i1"),
            Initializing = true,
            InitParameters = ValueMap<string, string>.Empty.With("work_mem", "3MB"),
        };
        rig.Memory = new KeeperMemory { Prepared = new InstanceUid("i1") };
        Assert.Equal("3MB", Started(rig.Plan()).Configuration.Parameters["work_mem"]);
    }

    /// <summary>A stopped keeper with another instance's data, assigned i1 with this init mode.</summary>
    private static KeeperRig Fresh(InstanceInitMode mode)
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with { InitMode = mode, IncludePreviousConfig = true });
        rig.Local = new InstanceState
        {
            Uid = new InstanceUid("earlier"),
            Cluster = KeeperRig.Cluster,
            Generation = Generation.First,
        };
        rig.Observation = rig.Observation with { Server = null };
        rig.Memory = new KeeperMemory();
        return rig;
    }

    private static InstanceState Saved(KeeperPlan plan) => plan.Steps.OfType<KeeperStep.SaveInstance>().First().State;

    internal static KeeperStep.Start Started(KeeperPlan plan) => plan.Steps.OfType<KeeperStep.Start>().Single();
}
