using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Tests.Keeper;

public sealed class KeeperExecutorTests
{
    private static readonly ServerConfiguration Configuration = new()
    {
        Parameters = ValueMap<string, string>.Empty,
        Hba = [],
    };

    private readonly KeeperAgentRig _rig = new();

    [Fact]
    public void The_steps_are_done_in_their_order()
    {
        _rig.Postgres.HasData = true;

        Assert.True(Run(new KeeperStep.Stop(), new KeeperStep.Start(Configuration), new KeeperStep.SetUpRoles()));

        Assert.Equal("stop, start, roles", _rig.Done());
    }

    [Fact]
    public void The_first_step_that_fails_ends_the_plan()
    {
        _rig.Postgres.Steps.Failing.Add("start");

        Assert.Throws<PostgresToolException>(() => Run(
            new KeeperStep.Stop(), new KeeperStep.Start(Configuration), new KeeperStep.SetUpRoles()));

        Assert.Equal("stop, start fails", _rig.Done());
        Assert.Contains("failed to start postgres", _rig.Stage.Log.Messages);
    }

    [Fact]
    public void A_slot_that_cannot_be_dropped_does_not_fail_the_plan()
    {
        (_rig.Postgres.HasData, _rig.Postgres.Running) = (true, true);
        _rig.Postgres.Steps.Failing.Add("drop slot");

        Assert.True(Run(new KeeperStep.DropSlot("stolon_i9"), new KeeperStep.SetUpRoles()));

        Assert.Equal("drop slot fails, roles", _rig.Done());
    }

    public static TheoryData<KeeperStep> StepsForFreshNews =>
        [new KeeperStep.Promote(Configuration), new KeeperStep.Start(Configuration)];

    [Theory]
    [MemberData(nameof(StepsForFreshNews), DisableDiscoveryEnumeration = true)]
    public void A_step_that_makes_a_primary_is_not_executed_on_old_cluster_data_nor_any_after_it(KeeperStep step)
    {
        _rig.Postgres.Steps.Duration = TimeSpan.FromSeconds(6);

        Assert.False(Run(new KeeperStep.Stop(), step, new KeeperStep.SetUpRoles()));

        Assert.Equal("stop", _rig.Done());
    }

    [Fact]
    public void A_step_that_makes_a_standby_is_executed_on_old_cluster_data_too()
    {
        _rig.Postgres.HasData = true;
        _rig.Postgres.Steps.Duration = TimeSpan.FromSeconds(6);
        var standby = Configuration with { Recovery = RecoveryMode.Standby };

        Assert.True(Run(
            new KeeperStep.Stop(),
            new KeeperStep.Start(standby),
            new KeeperStep.Stop(),
            new KeeperStep.Start(Configuration, Temporary: true)));

        Assert.Equal("stop, start, stop, start temporarily", _rig.Done());
    }

    [Fact]
    public void The_cluster_is_saved_beside_the_keepers_name()
    {
        Run(new KeeperStep.SaveCluster(Clusters.Uid));

        Assert.Equal(new KeeperState(Clusters.K1, Clusters.Uid), _rig.Files.Keeper);
    }

    [Fact]
    public void Captured_parameters_are_saved_with_the_state()
    {
        Run(new KeeperStep.CaptureParameters(new InstanceState { Uid = Clusters.I1, Initializing = true }));

        Assert.Equal(Clusters.I1, _rig.Files.Instance.Uid);
        Assert.True(_rig.Files.Instance.Initializing);
        Assert.Equal("8MB", _rig.Files.Instance.InitParameters?["work_mem"]);
    }

    [Fact]
    public void A_server_on_the_branch_that_was_followed_is_accepted()
    {
        _rig.Postgres.Running = true;

        Assert.True(Run(Followed(new Timeline(1), [])));
    }

    [Fact]
    public void A_server_past_the_end_of_the_branch_that_was_followed_is_refused()
    {
        _rig.Postgres.Running = true;
        var end = new TimelineSwitch(new Timeline(1), new Lsn(_rig.Postgres.Position - 16), "");

        Assert.Throws<PostgresToolException>(() => Run(Followed(new Timeline(2), [end])));
    }

    [Fact]
    public void A_server_that_cannot_be_queried_fails_the_verification() =>
        Assert.Throws<PostgresToolException>(() => Run(Followed(new Timeline(1), [])));

    private static KeeperStep.VerifyBranch Followed(Timeline timeline, ValueList<TimelineSwitch> history) =>
        new(new TimelinePosition(timeline, new Lsn(0x4000000), history));

    private bool Run(params KeeperStep[] steps)
    {
        var memory = new KeeperMemory();
        var plan = new KeeperPlan
        {
            Steps = steps.ToValueList(),
            Verdict = new KeeperVerdict.Act(),
            OnSuccess = memory,
            OnFailure = memory,
        };
        var newsAt = _rig.Stage.Time.GetTimestamp();
        return _rig.Stage.Do(
            token => _rig.Executor.RunAsync(plan, newsAt, TimeSpan.FromSeconds(5), watch: null, token), within: 60);
    }
}
