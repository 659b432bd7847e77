using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Sentinel;

public sealed class SentinelTickTests
{
    private static readonly TimeSpan Shortly = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void A_sentinel_that_does_not_lead_writes_nothing()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        var before = rig.Data();

        rig.Work(5);

        Assert.Equal(0, rig.Writes);
        Assert.Equal(before, rig.Data());
        Assert.Empty(rig.Stage.Log.Messages);
    }

    [Fact]
    public void A_sentinel_that_did_not_lead_remembers_and_acts_at_its_first_check_as_leader()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.Work(2);
        rig.StandForElection();

        rig.Check();

        Assert.True(rig.Data().Keepers.ContainsKey(Clusters.K1));
        var novice = new SentinelRig();
        novice.Write(Clusters.Empty());
        novice.Report();
        novice.StandForElection();
        novice.Check();
        Assert.False(novice.Data().Keepers.ContainsKey(Clusters.K1), "it cannot tell whether that keeper lives");
    }

    [Fact]
    public void A_leader_writes_under_the_fence_of_its_leadership()
    {
        var rig = SentinelRig.AtRest();

        Assert.All(rig.Stage.Store.Fences, f => Assert.Equal(rig.Seat.Current?.Fence, f));
        Assert.NotEmpty(rig.Stage.Store.Fences);
    }

    [Fact]
    public void A_material_change_is_written_at_once_and_checked_again_shortly()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.StandForElection();
        rig.Check();
        rig.Report();

        Assert.Equal(Shortly, rig.Check());
        Assert.NotNull(rig.Data().Cluster.Primary);
    }

    [Fact]
    public void A_decision_that_breaks_an_invariant_is_not_written_and_logged_once_as_an_error()
    {
        var rig = SentinelRig.AtRest();
        var (before, writes) = (rig.Data(), rig.Writes);
        rig.Spoil = decision => decision with
        {
            Data = decision.Data with { Cluster = decision.Data.Cluster with { Primary = null } },
        };

        rig.Work(10);

        Assert.Equal((before, writes), (rig.Data(), rig.Writes));
        var errors = rig.Stage.Log.At(LogLevel.Error).ToList();
        Assert.Contains(errors, e => e.Contains("is taken from the cluster", StringComparison.Ordinal));
        Assert.Equal(errors.Distinct(), errors);
        rig.Spoil = decision => decision;
        rig.Work(61);
        Assert.True(rig.Writes > writes, "the next good decision is written");
    }

    [Fact]
    public void A_fault_in_the_cluster_data_that_were_read_is_logged_and_does_not_stop_the_writing()
    {
        var rig = SentinelRig.AtRest();
        var data = rig.Data();
        var odd = new Instance
        {
            Uid = new InstanceUid("odd"),
            Spec = new InstanceSpec
            {
                Keeper = new KeeperUid("k9"),
                Role = InstanceRole.Standby,
                Follow = new FollowSource.Internal(data.Cluster.Primary!.Value),
            },
        };
        rig.Write(data with { Instances = data.Instances.With(odd.Uid, odd) });
        var writes = rig.Writes;

        rig.Position += 1000;
        rig.Work(10);

        Assert.True(rig.Writes > writes);
        Assert.Contains(
            "the cluster data have a fault that is not repaired yet: keeper k9 of instance odd does not exist",
            rig.Stage.Log.At(LogLevel.Warning));
    }

    [Fact]
    public void Time_in_which_contradictory_cluster_data_were_in_the_store_counts_against_no_keeper()
    {
        var rig = SentinelRig.AtRest();
        var good = rig.Data();
        var primary = good.Instances[good.Cluster.Primary!.Value];
        rig.Write(good with { Instances = good.Instances.With(primary.Uid, primary with { Uid = new("other") }) });
        rig.Work(600);

        rig.Write(good);
        rig.Check();

        Assert.True(rig.View!.ObservationGap > TimeSpan.FromSeconds(500), $"{rig.View.ObservationGap}");
    }

    [Fact]
    public void After_a_conflict_it_decides_again()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.StandForElection();
        rig.Check();
        rig.Report();
        var longer = Clusters.Spec with { FailInterval = TimeSpan.FromSeconds(33) };
        rig.Stage.Store.AfterRead = () =>
        {
            rig.Stage.Store.AfterRead = () => { };
            rig.Write(Clusters.Empty(longer));
        };

        Assert.Equal(Shortly, rig.Check());
        Assert.Equal(Clusters.Empty(longer), rig.Data());
        rig.Check();

        Assert.Equal(["swap conflict", "swap stored"], rig.Stage.Journal);
        Assert.Equal(longer, rig.Data().Cluster.Spec);
    }

    [Fact]
    public void A_leader_that_was_replaced_unknowingly_writes_nothing()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.StandForElection();
        rig.Check();
        rig.Report();
        var fence = Assert.IsAssignableFrom<ILeadership>(rig.Seat.Current).Fence;
        rig.Stage.Store.AfterRead = () => Assert.True(
            rig.Stage.Server.DeleteAsync(fence.Key, CancellationToken.None).IsCompletedSuccessfully);

        Assert.Equal(Shortly, rig.Check());

        Assert.Equal(["swap conflict"], rig.Stage.Journal);
    }

    [Fact]
    public void A_check_that_takes_too_long_writes_nothing_and_the_next_does()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.StandForElection();
        rig.Check();
        rig.Report();

        rig.Stage.Store.ListsTake = TimeSpan.FromSeconds(11);
        Assert.Equal(TimeSpan.Zero, rig.Stage.Do(rig.Tick.RunAsync, within: 11));
        Assert.Equal(0, rig.Writes);
        rig.Stage.Store.ListsTake = TimeSpan.Zero;
        rig.Report();
        rig.Check();

        Assert.Equal(1, rig.Writes);
    }

    [Fact]
    public void Mere_signs_of_life_are_written_once_a_minute()
    {
        var rig = SentinelRig.AtRest();
        var before = rig.Writes;

        rig.Work(300);

        Assert.InRange(rig.Writes - before, 4, 6);
    }

    [Fact]
    public void Signs_of_life_are_written_ten_times_before_a_keeper_would_be_given_up()
    {
        var rig = SentinelRig.AtRest(Clusters.Spec with { DeadKeeperRemovalInterval = TimeSpan.FromSeconds(100) });
        var before = rig.Writes;

        rig.Work(300);

        Assert.InRange(rig.Writes - before, 29, 31);
    }

    [Fact]
    public void Positions_are_written_at_the_sleep_interval()
    {
        var rig = SentinelRig.AtRest();
        var before = rig.Writes;

        for (var i = 0; i < 100; i++)
        {
            rig.Position += 1000;
            rig.Work(1);
        }

        Assert.InRange(rig.Writes - before, 19, 21);
    }

    [Fact]
    public void Replay_is_written_with_the_positions_and_costs_no_write_of_its_own()
    {
        var rig = SentinelRig.AtRest();
        var before = rig.Writes;

        for (var i = 0; i < 100; i++)
        {
            rig.Position += 1000;
            rig.Replayed = rig.Position - 500;
            rig.Work(1);
        }

        Assert.InRange(rig.Writes - before, 19, 21);
        Assert.InRange(rig.Data().Instances.Values.Single().Status.ReplayedPosition.Value, 1UL, rig.Replayed);
    }

    [Fact]
    public void A_write_of_unknown_outcome_is_not_taken_for_done()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.StandForElection();
        rig.Check();
        rig.Stage.Advance(1);
        rig.Report();
        rig.Stage.Store.WritesFail = true;
        Assert.Throws<StoreUnavailableException>(() => rig.Check());
        rig.Stage.Store.WritesFail = false;

        rig.Check();

        Assert.NotNull(rig.Data().Cluster.Primary);
    }

    [Fact]
    public void What_the_last_check_logged_is_not_logged_again()
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty());
        rig.StandForElection();

        rig.Check();
        var told = rig.Stage.Log.Messages.Count();
        rig.Check();

        Assert.Equal(told, rig.Stage.Log.Messages.Count());
        Assert.True(told > 1);
    }

    [Fact]
    public void A_lasting_condition_is_logged_once_and_then_every_five_minutes_with_its_start()
    {
        var rig = SentinelRig.AtRest();
        for (var second = 0; second < 640; second += 5)
        {
            rig.Stage.Advance(5);
            rig.Check();
        }

        var told = rig.Stage.Log.At(LogLevel.Warning).ToList();
        Assert.Single(told, t => t == "keeper k1: it does not report");
        Assert.Equal(2, told.Count(t => t.StartsWith("still, since ", StringComparison.Ordinal)
            && t.EndsWith(": keeper k1: it does not report", StringComparison.Ordinal)));
        Assert.Equal(2, told.Count(t => t.StartsWith("still, since ", StringComparison.Ordinal)
            && t.Contains("no eligible standby to replace primary", StringComparison.Ordinal)
            && !t.Contains("the cluster: ", StringComparison.Ordinal)));
    }
}
