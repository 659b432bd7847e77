using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class ServerStabilityTests
{
    private static readonly PostgresObservation _down = KeeperRig.Standby().Observation with { Server = null };

    [Fact]
    public void A_server_that_is_gone_without_having_been_stopped_has_ended_by_itself()
    {
        var life = new ServerStability().Seen(Up(1), At(0)).Seen(_down, At(100)).Seen(_down, At(105));
        Assert.Equal(1, life.UnplannedEnds);
        Assert.Equal(1, life.AddTo(new PostgresReport()).UnplannedEnds);
    }

    [Fact]
    public void One_that_the_keeper_stopped_or_started_again_has_not()
    {
        var restart = Plan(new KeeperStep.Stop(), Start());
        var life = new ServerStability().Seen(Up(1), At(0)).Did(restart, done: true, null)
            .Seen(Up(2), At(5));
        var stop = Plan(new KeeperStep.Stop());
        life = life.Did(stop, done: true, null).Seen(_down, At(10));
        Assert.Equal((0, null), (life.UnplannedEnds, life.Trouble));
    }

    [Fact]
    public void One_that_was_replaced_between_two_looks_has()
    {
        var life = new ServerStability().Seen(Up(1), At(0)).Seen(Up(2), At(5));
        Assert.Equal(1, life.UnplannedEnds);
    }

    /// <summary>restart_after_crash: a backend is killed, and all of PostgreSQL starts again, the first process
    /// excepted.</summary>
    [Fact]
    public void A_crash_after_which_PostgreSQL_starts_again_by_itself_is_an_end_too()
    {
        var life = new ServerStability().Seen(Up(1, checkpointer: 11), At(0)).Seen(Up(1), At(5))
            .Seen(Up(1, checkpointer: 12), At(10));
        Assert.Equal(0, life.UnplannedEnds);
        life = new ServerStability().Seen(Up(1, checkpointer: 11), At(0)).Seen(Up(1, checkpointer: 12), At(10));
        Assert.Equal(1, life.UnplannedEnds);
    }

    [Fact]
    public void Three_starts_that_ended_in_recovery_are_hopeless()
    {
        var (life, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            Assert.NotEqual(true, life.Trouble?.Hopeless);
            life = life.Did(start, done: true, null).Seen(_down, At(n));
        }

        Assert.Equal((3, true), (life.Trouble?.Starts, life.Trouble?.Hopeless));
        Assert.Contains("3 times in a row", life.AddTo(new PostgresReport { Reason = "down" }).Reason);
    }

    /// <summary>A parameter, a library, a port: other data would not help.</summary>
    [Fact]
    public void Starts_that_fail_before_recovery_are_told_and_no_reason_to_give_up_the_data()
    {
        var (life, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 9; n++)
        {
            life = life.Did(start, done: false, new FailedStart("the postgres process ended", Recovering: false))
                .Seen(_down, At(n));
        }

        Assert.Equal((9, false), (life.Trouble?.Starts, life.Trouble?.Hopeless));
    }

    [Fact]
    public void A_server_that_answers_for_a_minute_has_started_for_good()
    {
        var (life, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            life = life.Did(start, done: true, null).Seen(_down, At(n));
        }

        life = life.Did(start, done: true, null).Seen(Up(9), At(10));
        Assert.NotNull(life.Trouble);
        life = life.Seen(Up(9), At(75));
        Assert.Null(life.Trouble);
    }

    [Fact]
    public void Other_data_begin_without_the_bad_name_of_those_before()
    {
        var (life, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            life = life.Did(start, done: true, null).Seen(_down, At(n));
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
            Assert.Null(life.Did(plan, done: true, null).Trouble);
        }

        var beside = Plan(new KeeperStep.CloneBeside(source, new InstanceUid("i2"), "slot"));
        Assert.NotNull(life.Did(beside, done: true, null).Trouble);
    }

    [Fact]
    public void A_standby_that_waits_minutes_for_WAL_to_be_consistent_is_hopeless()
    {
        var look = Up(1);
        look = look with
        {
            Server = look.Server! with { Answers = null, Recovery = "waiting for 000000020000000000000007" },
        };
        var life = new ServerStability().Seen(look, At(0)).Seen(look, At(100));
        Assert.Null(life.Trouble);
        life = life.Seen(look, At(200));
        Assert.True(life.Trouble?.Hopeless);
        Assert.Contains("000000020000000000000007", life.Trouble?.Reason);
    }

    /// <summary>The host was away, and the passwords were changed meanwhile: refused here and by the primary, it shows
    /// for ever what it waited for last.</summary>
    [Fact]
    public void A_standby_that_refuses_the_keepers_login_is_not_inconsistent()
    {
        var look = Up(1);
        look = look with
        {
            Server = look.Server! with
            {
                Answers = null,
                Refuses = true,
                Recovery = "waiting for 000000020000000000000007",
            },
        };
        var life = new ServerStability().Seen(look, At(0)).Seen(look, At(200)).Seen(look, At(400));
        Assert.Null(life.Trouble);
    }

    [Fact]
    public void What_keeps_the_keeper_from_asking_is_told_rather_than_starts_that_failed_before()
    {
        var (life, start) = (new ServerStability(), Plan(Start()));
        for (var n = 0; n < 3; n++)
        {
            life = life.Did(start, done: true, null).Seen(_down, At(n));
        }

        var report = life.AddTo(new PostgresReport { Obstacle = "28P01", Reason = "cannot observe it: 28P01" });
        Assert.Equal((null, "cannot observe it: 28P01"), (report.StartTrouble, report.Reason));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static PostgresObservation Up(int process, int? checkpointer = null)
    {
        var look = KeeperRig.Standby().Observation;
        return look with { Server = look.Server! with { ProcessId = process, Checkpointer = checkpointer } };
    }

    private static KeeperStep.Start Start() => new(KeeperRig.Standby().Wanted());

    private static KeeperPlan Plan(params KeeperStep[] steps) => KeeperRig.Standby().View().Act(steps);
}
