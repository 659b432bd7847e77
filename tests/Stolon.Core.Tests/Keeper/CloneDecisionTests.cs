using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>The old copy on k1 cannot be used; i2 on k2 is the source.</summary>
public sealed class CloneDecisionTests
{
    private static readonly CloneSpace _mounted = KeeperRig.Room with
    {
        BesideObstacle = "/data/postgres is a mount point",
    };

    [Fact]
    public void With_room_the_old_copy_is_neither_deleted_nor_marked_until_the_clone_is_whole()
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
    public void The_last_copy_beside_the_source_is_not_deleted_for_want_of_room(bool room)
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with { CloneSpace = room ? _mounted : FailedPrimary.TooLittle };
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
    public void What_a_clone_needs_is_asked_before_an_old_copy_is_given_up()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with { CloneSpace = null };
        Assert.IsType<KeeperStep.ProbeSource>(Assert.Single(rig.Copy().Plan().Steps) is var step ? step : null);
        Assert.IsType<KeeperVerdict.Refused>(rig.PlanAfterProbe().Verdict);
    }

    [Fact]
    public void Without_room_the_old_copy_goes_first_while_another_healthy_instance_has_the_writes()
    {
        var rig = FailedPrimary.WithAnother();
        var plan = rig.PlanAfterProbe();
        Assert.Equal("SaveInstance Erase CloneFrom", KeeperRig.Names(plan));
        Assert.Contains("only instance i2 and i9 have this cluster's data", plan.Risk, StringComparison.Ordinal);
        Assert.Contains(plan.Risk!, ((KeeperStep.Erase)plan.Steps[1]).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void As_long_as_it_is_not_known_what_a_clone_needs_no_old_copy_goes_first_and_room_is_not_blamed()
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
    public void What_a_clone_needs_does_not_matter_where_none_can_be_made_beside_or_nothing_is_lost()
    {
        var rig = FailedPrimary.WithAnother();
        rig.Observation = rig.Observation with { CloneSpace = _mounted with { SizeUnknownReason = "it is counting" } };
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
    public void An_instance_that_is_ill_behind_or_of_another_history_does_not_count_as_a_copy()
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
    public void What_diverged_from_the_source_has_no_other_copy_and_asks_for_none()
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
    public void Half_made_data_are_no_copy()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation = rig.Observation with { Data = null, CloneSpace = FailedPrimary.TooLittle };
        Assert.Equal("SaveInstance Erase CloneFrom", rig.Steps());
    }

    [Fact]
    public void Whole_data_are_a_copy_also_when_they_failed_to_start_or_to_be_rewound()
    {
        var rig = FailedPrimary.Crashed();
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        rig.Observation = rig.Observation with { CloneSpace = FailedPrimary.TooLittle };
        Assert.IsType<KeeperVerdict.Refused>(rig.PlanAfterProbe().Verdict);
    }

    [Fact]
    public void Where_somebody_elses_files_are_in_the_way_nothing_is_done()
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
    public void A_replacement_that_broke_off_between_two_places_is_gone_on_with_before_anything_else()
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
    public void A_clone_beside_for_an_instance_that_is_no_longer_wanted_is_not_taken()
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

        // Also after a restart of the keeper: what was swapped in was whole.
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
    public void Replaced_data_go_a_portion_at_a_time_so_that_an_election_is_seen_between()
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
    public void What_is_being_deleted_is_not_taken_for_a_copy_that_is_kept()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Dropping, null) };
        Assert.Equal("CloneBeside", rig.Steps());
    }

    [Fact]
    public void While_replaced_data_are_kept_the_clone_that_did_not_prove_itself_is_made_anew_in_place()
    {
        var rig = FailedPrimary.Crashed();
        rig.Observation =
            rig.Observation with { Replacement = new ReplacementProgress(ReplacementStage.Swapped, new("i8")) };
        Assert.Equal("SaveInstance Erase CloneFrom", rig.Steps());
    }
}
