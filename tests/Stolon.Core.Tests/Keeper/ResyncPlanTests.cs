using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class ResyncPlanTests
{
    private static readonly ClusterSpec Rewinding = World.New with { UsePgRewind = true };

    [Fact]
    public void A_running_server_is_stopped_before_anything_is_waited_for_or_chosen()
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with
        {
            Server = new ServerObservation { ProcessId = 1, Answers = new ServerAnswers { InRecovery = false } },
        };
        Assert.Equal("Stop", rig.Steps());
        rig.Change("i2", i => i with { Status = i.Status with { Healthy = false } });
        Assert.Equal("Stop", rig.Steps());
        rig.Data = rig.Data with { Instances = rig.Data.Instances.Without(new InstanceUid("i2")) };
        Assert.Equal("Stop", rig.Steps());
    }

    [Fact]
    public void Data_that_were_shut_down_before_the_fork_are_used_as_they_are()
    {
        var rig = KeeperRig.Returned();
        var plan = rig.PlanAfterProbe();
        Assert.Equal("SaveInstance Start AwaitReady VerifyBranch", KeeperRig.Names(plan));
        Assert.Equal(RecoveryMode.Standby, BootstrapPlanTests.Started(plan).Configuration.Recovery);
        Assert.Equal(new InstanceUid("i3"), plan.OnSuccess.Prepared);
        Assert.Equal(new KeeperMemory(), plan.OnFailure);
    }

    [Theory]
    [InlineData(true, "SaveInstance Rewind Start AwaitReady VerifyBranch")]
    [InlineData(false, "CloneBeside")]
    public void Data_that_continued_after_the_fork_are_rewound_if_allowed(bool allowed, string steps)
    {
        var rig = KeeperRig.Returned(allowed ? Rewinding : World.New);
        var parted = rig.Data.Instances[new InstanceUid("i2")].Status.TimelineHistory[0].SwitchPoint;
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { CheckpointPosition = parted } };
        Assert.Equal(steps, rig.Steps());
    }

    [Theory]
    [InlineData(true, "SaveInstance Rewind Start AwaitReady VerifyBranch")]
    [InlineData(false, "CloneBeside")]
    public void Data_that_crashed_are_not_used_as_they_are(bool allowed, string steps)
    {
        var rig = KeeperRig.Returned(allowed ? Rewinding : World.New);
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        Assert.Equal(steps, rig.Steps());
    }

    [Fact]
    public void After_a_failure_with_the_local_data_the_instance_is_cloned()
    {
        var rig = KeeperRig.Returned(Rewinding);
        rig.Memory = rig.PlanAfterProbe().OnFailure;
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        Assert.Equal("CloneBeside", rig.Steps());
    }

    /// <summary>Otherwise a standby would start, lack WAL, be removed, and start again.</summary>
    [Theory]
    [InlineData(0x6000000, 0x7FFFFFF, "000000010000000000000007", "Rewind")]
    [InlineData(0x7000000, 0, "000000010000000000000007", "Rewind")]
    [InlineData(0x6000000, 0x7FFFFFF, "000000010000000000000008", "CloneBeside")]
    [InlineData(0x6000000, 0x7FFFFFF, null, "Rewind")]
    public void A_standbys_data_are_cloned_when_the_source_no_longer_has_the_WAL_that_comes_next(
        ulong checkpoint, ulong replayed, string? oldest, string way)
    {
        var rig = KeeperRig.Returned(Rewinding);
        rig.Observation = rig.Observation with
        {
            Data = rig.Observation.Data! with
            {
                Role = InstanceRole.Standby,
                ShutDownCleanly = false,
                CheckpointPosition = new Lsn(checkpoint),
                ReplayedPosition = new Lsn(replayed),
            },
        };
        rig.Change("i2", i => i with { Status = i.Status with { OldestWalFile = oldest } });
        Assert.Contains(way, rig.Steps(), StringComparison.Ordinal);
    }

    /// <summary>For example, a first primary that was given up after its initialization.</summary>
    [Theory]
    [InlineData("999")]
    [InlineData("")]
    [InlineData(null)]
    public void Data_of_the_cluster_that_are_of_another_initdb_are_cloned_over(string? identifier)
    {
        var rig = KeeperRig.Returned(Rewinding);
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { SystemIdentifier = identifier } };
        var plan = rig.PlanAfterProbe();
        Assert.Equal("CloneBeside", KeeperRig.Names(plan));
        Assert.Equal(
            new KeeperStep.CloneBeside(new ServerAddress("k2.example", "5432"), new InstanceUid("i3"), "stolon_i3"),
            plan.Steps[0]);
    }

    /// <summary>A keeper that froze after its read may continue when its source is gone.</summary>
    [Fact]
    public void Data_are_not_deleted_on_old_cluster_data()
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = null, CloneSpace = null };
        var erase = Assert.Single(rig.PlanAfterProbe().Steps, s => s is KeeperStep.Erase);
        Assert.True(erase.NeedsCurrentClusterData);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Before_data_are_marked_or_deleted_their_source_must_answer(bool rewinding)
    {
        var rig = KeeperRig.Returned(rewinding ? Rewinding : World.New);
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        Assert.Equal(
            new KeeperStep.ProbeSource(
                new ServerAddress("k2.example", "5432"), new InstanceUid("i3"), KeeperRig.SystemIdentifier),
            Assert.Single(rig.Plan().Steps));

        rig.Memory = rig.Plan().OnFailure;
        Assert.Equal(rewinding, rig.PlanAfterProbe().Steps.Any(s => s is KeeperStep.Rewind));
    }

    [Fact]
    public void An_empty_directory_is_cloned_into_without_an_erase()
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = null, DirectoryHasFiles = false };
        Assert.Equal("SaveInstance CloneFrom", rig.Steps());
    }

    [Fact]
    public void Data_whose_control_file_cannot_be_read_now_are_not_replaced()
    {
        var rig = KeeperRig.Returned();
        rig.Observation =
            rig.Observation with { Data = rig.Observation.Data! with { SystemIdentifier = null, Unreadable = true } };
        Assert.IsType<KeeperVerdict.Waiting>(rig.PlanAfterProbe().Verdict);
        Assert.Empty(rig.PlanAfterProbe().Steps);
    }

    [Fact]
    public void Without_a_healthy_source_nothing_is_erased()
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        rig.Change("i2", i => i with { Status = i.Status with { Healthy = false } });
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_known_source_nothing_is_erased(bool assigned)
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        if (assigned)
        {
            rig.Change("i2", i => i with { Status = i.Status with { ListenAddress = null } });
        }
        else
        {
            rig.Data = rig.Data with { Instances = rig.Data.Instances.Without(new InstanceUid("i2")) };
        }

        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Until_the_source_has_a_slot_for_it_a_clone_waits_and_nothing_is_erased(bool requested)
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        rig.Change("i2", i => requested
            ? i with { Generation = i.Generation.Next }
            : i with { Spec = i.Spec with { Followers = [] } });
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void A_clone_becomes_a_standby_and_only_then_counts_as_complete()
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = null, DirectoryHasFiles = false };
        rig.Memory = rig.PlanAfterProbe().OnSuccess;
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        rig.Observation = rig.Observation with
        {
            DirectoryHasFiles = true,
            Data = new DataDirectoryObservation
            {
                Role = InstanceRole.Standby,
                SystemIdentifier = KeeperRig.SystemIdentifier
            },
        };
        var start = rig.Plan();
        Assert.Equal("Start", KeeperRig.Names(start));
        rig.Memory = start.OnSuccess;
        rig.Observation = rig.Observation with
        {
            Server = new ServerObservation
            {
                ProcessId = 1,
                Port = 5432,
                Answers = new ServerAnswers { InRecovery = true, ListenAddresses = "*" },
            },
        };
        Assert.Equal(
            [new KeeperStep.SaveInstance(new InstanceState
            {
                Uid = new("i3"), Cluster = KeeperRig.Cluster, Generation = rig.Assigned.Generation,
            })],
            rig.Plan().Steps);
    }

    [Fact]
    public void An_incomplete_clone_is_made_again_after_a_restart()
    {
        var rig = KeeperRig.Returned(Rewinding);
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        Assert.Equal("CloneBeside", rig.Steps());
    }

    [Fact]
    public void The_rewind_goes_to_the_clusters_primary_and_the_branch_is_checked_against_the_followed()
    {
        var rig = KeeperRig.Returned(Rewinding);
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        var plan = rig.PlanAfterProbe();
        Assert.Equal(new KeeperStep.Rewind(new ServerAddress("k2.example", "5432"), new("i3")), plan.Steps[1]);
        Assert.Equal(new Timeline(2), ((KeeperStep.VerifyBranch)plan.Steps[4]).Followed.Timeline);
    }
}
