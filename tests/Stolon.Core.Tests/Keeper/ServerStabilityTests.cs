using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class ServerStabilityTests
{
    private static readonly PostgresObservation Down = KeeperRig.Standby().Observation with { Server = null };

    [Fact]
    public void A_server_that_is_gone_without_a_stop_has_ended_by_itself()
    {
        var state = new ServerStability().AfterObservation(Up(1), At(0)).AfterObservation(Down, At(100))
            .AfterObservation(Down, At(105));
        Assert.Equal(1, state.UnplannedEnds);
        Assert.Equal(1, state.AddTo(new PostgresReport()).UnplannedEnds);
    }

    [Fact]
    public void A_server_that_the_keeper_stopped_or_restarted_has_not_ended_by_itself()
    {
        var restart = Plan(new KeeperStep.Stop(), Start());
        var state = new ServerStability().AfterObservation(Up(1), At(0))
            .AfterPlan(restart, done: true, null)
            .AfterObservation(Up(2), At(5));
        var stop = Plan(new KeeperStep.Stop());
        state = state.AfterPlan(stop, done: true, null).AfterObservation(Down, At(10));
        Assert.Equal((0, null), (state.UnplannedEnds, state.Trouble));
    }

    [Fact]
    public void A_server_that_was_replaced_between_two_observations_has_ended_by_itself()
    {
        var state = new ServerStability().AfterObservation(Up(1), At(0)).AfterObservation(Up(2), At(5));
        Assert.Equal(1, state.UnplannedEnds);
    }

    /// <summary>restart_after_crash: a backend is killed, and PostgreSQL restarts all processes except the
    /// first.</summary>
    [Fact]
    public void A_crash_after_which_PostgreSQL_restarts_by_itself_counts_too()
    {
        var state = new ServerStability().AfterObservation(Up(1, checkpointer: 11), At(0))
            .AfterObservation(Up(1), At(5))
            .AfterObservation(Up(1, checkpointer: 12), At(10));
        Assert.Equal(0, state.UnplannedEnds);
        state = new ServerStability().AfterObservation(Up(1, checkpointer: 11), At(0))
            .AfterObservation(Up(1, checkpointer: 12), At(10));
        Assert.Equal(1, state.UnplannedEnds);
    }

    [Fact]
    public void Three_starts_that_ended_in_recovery_are_hopeless()
    {
        var (state, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            Assert.NotEqual(true, state.Trouble?.Hopeless);
            state = state.AfterPlan(start, done: true, null).AfterObservation(Down, At(n));
        }

        Assert.Equal((3, true), (state.Trouble?.Starts, state.Trouble?.Hopeless));
        Assert.Contains("3 times in a row", state.AddTo(new PostgresReport { Reason = "down" }).Reason);
    }

    /// <summary>For example a parameter, a library or a port: other data would not help.</summary>
    [Fact]
    public void Starts_that_fail_before_recovery_are_reported_but_do_not_make_the_data_hopeless()
    {
        var (state, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 9; n++)
        {
            state = state
                .AfterPlan(start, done: false, new FailedStart("the postgres process ended", Recovering: false))
                .AfterObservation(Down, At(n));
        }

        Assert.Equal((9, false), (state.Trouble?.Starts, state.Trouble?.Hopeless));
    }

    [Fact]
    public void A_server_that_answers_for_a_minute_has_started_successfully()
    {
        var (state, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            state = state.AfterPlan(start, done: true, null).AfterObservation(Down, At(n));
        }

        state = state.AfterPlan(start, done: true, null).AfterObservation(Up(9), At(10));
        Assert.NotNull(state.Trouble);
        state = state.AfterObservation(Up(9), At(75));
        Assert.Null(state.Trouble);
    }

    [Fact]
    public void Earlier_failures_do_not_count_for_new_data()
    {
        var (state, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            state = state.AfterPlan(start, done: true, null).AfterObservation(Down, At(n));
        }

        var source = new ServerAddress("a", "1");
        KeeperStep[] ways =
        [
            new KeeperStep.CloneFrom(source, new InstanceUid("i2"), "slot"),
            new KeeperStep.SwapIn(),
            new KeeperStep.Rewind(source, new InstanceUid("i2")),
            new KeeperStep.InitDb(new NewConfig()),
            new KeeperStep.Restore("restore"),
        ];
        foreach (var plan in ways.Select(w => Plan(w)))
        {
            Assert.Null(state.AfterPlan(plan, done: true, null).Trouble);
        }

        var beside = Plan(new KeeperStep.CloneBeside(source, new InstanceUid("i2"), "slot"));
        Assert.NotNull(state.AfterPlan(beside, done: true, null).Trouble);
    }

    [Fact]
    public void A_standby_that_waits_minutes_for_WAL_to_be_consistent_is_hopeless()
    {
        var observed = Up(1);
        observed = observed with
        {
            Server = observed.Server! with { Answers = null, Recovery = "waiting for 000000020000000000000007" },
        };
        var state = new ServerStability().AfterObservation(observed, At(0)).AfterObservation(observed, At(100));
        Assert.Null(state.Trouble);
        state = state.AfterObservation(observed, At(200));
        Assert.True(state.Trouble?.Hopeless);
        Assert.Contains("000000020000000000000007", state.Trouble?.Reason);
    }

    /// <summary>The host was down and the passwords changed meanwhile. The server rejects the keeper, the primary
    /// rejects the server, and the process title shows the WAL it waited for last.</summary>
    [Fact]
    public void A_standby_that_refuses_the_keepers_login_is_not_inconsistent()
    {
        var observed = Up(1);
        observed = observed with
        {
            Server = observed.Server! with
            {
                Answers = null,
                RejectsKeeper = true,
                Recovery = "waiting for 000000020000000000000007",
            },
        };
        var state = new ServerStability().AfterObservation(observed, At(0))
            .AfterObservation(observed, At(200)).AfterObservation(observed, At(400));
        Assert.Null(state.Trouble);
    }

    [Fact]
    public void A_rejected_login_is_reported_instead_of_earlier_failed_starts()
    {
        var (state, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            state = state.AfterPlan(start, done: true, null).AfterObservation(Down, At(n));
        }

        var report = state.AddTo(new PostgresReport { Obstacle = "28P01", Reason = "cannot observe it: 28P01" });
        Assert.Equal((null, "cannot observe it: 28P01"), (report.StartTrouble, report.Reason));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static PostgresObservation Up(int process, int? checkpointer = null)
    {
        var observed = KeeperRig.Standby().Observation;
        return observed with { Server = observed.Server! with { ProcessId = process, Checkpointer = checkpointer } };
    }

    private static KeeperStep.Start Start() => new(KeeperRig.Standby().Desired());

    private static KeeperPlan Plan(params KeeperStep[] steps) => KeeperRig.Standby().View().Act(steps);
}
