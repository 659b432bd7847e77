using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>The old copy on k1 cannot be used; i2 on k2 is the source.</summary>
public sealed class CloneDecisionTests
{
    private static readonly CloneSpace Mounted = KeeperRig.Room with
    {
        BesideObstacle = "/data/postgres is a mount point",
    };

    [Fact]
    public void With_enough_space_the_old_copy_is_neither_deleted_nor_marked_until_the_clone_is_complete()
    {
        var rig = FailedPrimary.Crashed();
        Assert.Equal("CloneBeside", rig.Steps());
        Assert.Null(rig.PlanAfterProbe().Risk);

        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Complete, new("i3")) };
        var swap = rig.Plan();
        Assert.Equal("SaveInstance SwapIn", KeeperRig.Names(swap));
        var state = new InstanceState { Uid = new("i3"), Initializing = true, Cluster = new ClusterUid("cluster1") };
        Assert.Equal(new KeeperStep.SaveInstance(state), swap.Steps[0]);
        Assert.Equal(new InstanceUid("i3"), swap.OnSuccess.Prepared);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_only_other_copy_is_not_deleted_for_lack_of_space(bool room)
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with { CloneSpace = room ? Mounted : FailedPrimary.TooLittle };
        var plan = rig.PlanAfterProbe();
        Assert.Empty(plan.Steps);
        var refused = Assert.IsType<KeeperVerdict.Refused>(plan.Verdict);
        Assert.Contains("the only copy except instance i2", refused.Why, StringComparison.Ordinal);
        Assert.Contains(
            room ? "/data/postgres is a mount point" : "500 MiB are needed at /data, 100 MiB are free",
            refused.Why,
            StringComparison.Ordinal);
        Assert.Contains("free the space, or move the data directory away", refused.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_space_for_a_clone_is_measured_before_an_old_copy_is_deleted()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with { CloneSpace = null };
        Assert.IsType<KeeperStep.ProbeSource>(Assert.Single(rig.Copy().Plan().Steps) is var step ? step : null);
        Assert.IsType<KeeperVerdict.Refused>(rig.PlanAfterProbe().Verdict);
    }

    [Fact]
    public void Without_space_the_old_copy_is_deleted_first_if_another_healthy_instance_has_the_writes()
    {
        var rig = FailedPrimary.WithAnother();
        var plan = rig.PlanAfterProbe();
        Assert.Equal("SaveInstance Erase CloneFrom", KeeperRig.Names(plan));
        Assert.Contains("only instance i2 and i9 have this cluster's data", plan.Risk, StringComparison.Ordinal);
        Assert.Contains(plan.Risk!, ((KeeperStep.Erase)plan.Steps[1]).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_space_for_a_clone_is_unknown_no_old_copy_is_deleted_and_space_is_not_blamed()
    {
        foreach (var rig in (KeeperRig[])[FailedPrimary.Crashed(), FailedPrimary.WithAnother()])
        {
            rig.Observation =
                rig.Observation with
                {
                    CloneSpace = KeeperRig.Room with { Requirements = [], SizeUnknownReason = "it is counting" },
                };
            var plan = rig.PlanAfterProbe();
            Assert.Empty(plan.Steps);
            var refused = Assert.IsType<KeeperVerdict.Refused>(plan.Verdict);
            Assert.Contains("is not known yet (it is counting)", refused.Why, StringComparison.Ordinal);
            Assert.DoesNotContain("free the space", refused.Why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_space_for_a_clone_does_not_matter_if_none_is_possible_beside_or_nothing_is_lost()
    {
        var rig = FailedPrimary.WithAnother();
        rig.Observation = rig.Observation with { CloneSpace = Mounted with { SizeUnknownReason = "it is counting" } };
        Assert.Equal("SaveInstance Erase CloneFrom", rig.Steps());

        rig = FailedPrimary.WithAnother();
        rig.Observation = rig.Observation with
        {
            Data = null,
            DirectoryHasFiles = false,
            CloneSpace = KeeperRig.Room with { SizeUnknownReason = "it is counting" },
        };
        Assert.Equal("SaveInstance CloneFrom", rig.Steps());
    }

    [Fact]
    public void An_instance_that_is_unhealthy_behind_or_of_another_history_does_not_count_as_a_copy()
    {
        Func<InstanceStatus, InstanceStatus>[] changes =
        [
            s => s with { Healthy = false },
            s => s with { SystemIdentifier = "999" },
            s => s with { Position = new Lsn(1) },
            s => s with { Timeline = new Timeline(9) },
        ];
        foreach (var change in changes)
        {
            var rig = FailedPrimary.WithAnother();
            rig.Change("i9", i => i with { Status = change(i.Status) });
            Assert.IsType<KeeperVerdict.Refused>(rig.PlanAfterProbe().Verdict);
        }
    }

    [Fact]
    public void An_instance_whose_keeper_is_silent_does_not_count_as_a_copy()
    {
        var rig = FailedPrimary.WithAnother(healthyKeeper: false);
        Assert.IsType<KeeperVerdict.Refused>(rig.PlanAfterProbe().Verdict);
    }

    [Fact]
    public void Diverged_data_have_no_other_copy_and_need_none()
    {
        var rig = FailedPrimary.WithAnother();
        foreach (var uid in (string[])["i2", "i9"])
        {
            rig.Change(uid, i => i with
            {
                Status = i.Status with { TimelineHistory = [new(new Timeline(1), new Lsn(0x2000000), "promoted")] },
            });
        }

        rig.Observation =
            rig.Observation with { Data = rig.Observation.Data! with { CheckpointPosition = new Lsn(0x9000000) } };
        rig.Change("i9", i => i with { Status = i.Status with { Position = new Lsn(0x3000000) } });
        Assert.Equal("SaveInstance Erase CloneFrom", rig.Steps());
    }

    [Fact]
    public void Incomplete_data_are_no_copy()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with { Data = null, CloneSpace = FailedPrimary.TooLittle };
        Assert.Equal("SaveInstance Erase CloneFrom", rig.Steps());
    }

    [Fact]
    public void Complete_data_are_a_copy_even_if_their_start_or_rewind_failed()
    {
        var rig = FailedPrimary.Crashed();
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        rig.Observation = rig.Observation with { CloneSpace = FailedPrimary.TooLittle };
        Assert.IsType<KeeperVerdict.Refused>(rig.PlanAfterProbe().Verdict);
    }

    [Fact]
    public void Nothing_is_done_if_other_files_are_in_the_way()
    {
        foreach (var hasFiles in (bool[])[true, false])
        {
            var rig = FailedPrimary.WithAnother();
            rig.Observation = rig.Observation with
            {
                DirectoryHasFiles = hasFiles,
                CloneSpace = KeeperRig.Room with { Blocked = "/space/PG_15_1 is in the way" },
            };
            Assert.Equal(
                new KeeperVerdict.Refused("/space/PG_15_1 is in the way"), rig.PlanAfterProbe().Verdict);
        }
    }

    [Fact]
    public void An_interrupted_swap_is_continued_before_anything_else()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with
        {
            Data = null,
            DirectoryHasFiles = false,
            Replacement = new ReplacementProgress(ReplacementStage.Swapping, new("i8")),
        };
        Assert.Equal("SwapIn", rig.Steps());
        rig.ChangeAssigned(s => s with { InitMode = InstanceInitMode.New });
        Assert.Equal("SwapIn", rig.Steps());
    }

    [Fact]
    public void A_clone_of_an_instance_that_is_no_longer_assigned_is_not_used()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Complete, new("i8")) };
        Assert.Equal("CloneBeside", rig.Steps());
    }

    [Fact]
    public void The_replaced_copy_is_deleted_when_the_new_one_answers_and_not_before()
    {
        var rig = KeeperRig.Standby();
        rig.Local = new InstanceState { Uid = rig.Assigned.Uid, Initializing = true };
        rig.Memory = new KeeperMemory();
        rig.Observation = rig.Observation with
        {
            Replacement = new ReplacementProgress(ReplacementStage.Swapped, rig.Assigned.Uid),
            Server = null,
        };

        // Also after a restart of the keeper, because the clone that was swapped in was complete.
        var start = rig.Plan();
        Assert.Equal("Start", KeeperRig.Names(start));
        rig.Memory = start.OnSuccess;
        var answers = KeeperRig.Standby().Observation.Server!;
        rig.Observation = rig.Observation with { Server = answers with { Answers = null } };
        Assert.Empty(rig.Plan().Steps);
        rig.Observation = rig.Observation with { Server = answers };
        Assert.Equal("SaveInstance DropReplaced", rig.Steps());
    }

    [Fact]
    public void Replaced_data_are_deleted_in_parts_so_that_an_election_is_noticed_in_between()
    {
        var rig = KeeperRig.Standby();
        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Dropping, null) };
        var plan = rig.Plan();
        Assert.Contains(new KeeperStep.DropReplaced(), plan.Steps);
        Assert.True(plan.RunAgainSoon);
        Assert.IsType<KeeperVerdict.Converged>(plan.Verdict);
    }

    [Fact]
    public void Data_that_are_being_deleted_do_not_count_as_a_kept_copy()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Dropping, null) };
        Assert.Equal("CloneBeside", rig.Steps());
    }

    [Fact]
    public void While_replaced_data_are_kept_a_clone_that_did_not_start_is_made_again_in_place()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Swapped, new("i8")) };
        Assert.Equal("SaveInstance Erase CloneFrom", rig.Steps());
    }
}
