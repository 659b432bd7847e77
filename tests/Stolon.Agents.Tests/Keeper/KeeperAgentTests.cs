using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

public sealed class KeeperAgentTests
{
    [Fact]
    public void The_first_report_is_there_as_soon_as_there_is_a_cluster()
    {
        var rig = new KeeperAgentRig();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(8);
        Assert.Null(rig.Report());

        rig.Write(Clusters.Empty());
        rig.Stage.Advance(0.1);

        Assert.Equal(Clusters.Uid, rig.Report()?.Cluster);
    }

    [Fact]
    public void A_server_that_ends_is_reported_and_started_again_at_once()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);
        rig.Done();

        rig.Postgres.Steps.Duration = TimeSpan.FromSeconds(0.3);
        rig.Postgres.End();
        rig.Stage.Advance(1);

        Assert.Equal(["keeper report, healthy False", "start"], rig.Journal.Take(2));
    }

    [Fact]
    public void A_server_that_hangs_is_reported_unhealthy_while_the_keeper_keeps_reporting()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);

        rig.Postgres.Hangs = true;
        rig.Stage.Advance(25);

        Assert.False(rig.Report()?.Postgres?.Healthy);
    }

    [Fact]
    public void A_clone_that_takes_hours_does_not_keep_it_from_reporting()
    {
        var rig = new KeeperAgentRig();
        rig.Postgres.Steps.Duration = TimeSpan.FromHours(1);
        rig.Write(Clusters.Initializing());
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(60);
        var early = rig.Report()?.InfoUid;

        rig.Stage.Advance(60);

        Assert.NotNull(early);
        Assert.NotEqual(early, rig.Report()?.InfoUid);
    }

    [Fact]
    public void When_stopped_it_stops_the_server_and_publishes_a_final_report()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);
        rig.Done();

        rig.Stage.Stop();
        rig.Stage.Advance(1);

        Assert.Equal("stop, keeper report, healthy False", rig.Done());
        Assert.True(rig.Report()?.Postgres?.Stopped);
        Assert.False(rig.Postgres.Running);
    }

    /// <summary>PostgreSQL waits for its archiver until that is done; nobody else has to.</summary>
    [Fact]
    public void A_server_whose_end_waits_for_its_archiver_is_reported_as_stopped_before_it_has_ended()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);
        rig.Done();
        rig.Postgres.EndWaitsFor.Enqueue("it waits for archive_command");
        rig.Postgres.Steps.Hanging = "stop";

        rig.Stage.Stop();
        rig.Stage.Advance(1);

        Assert.Equal("shut down, and its process goes on, keeper report, healthy False", rig.Done());
        Assert.True(rig.Report()?.Postgres?.Stopped);
        Assert.True(rig.Postgres.Running);
        var complaint = Assert.Single(rig.Report()!.Complaints);
        Assert.Equal(
            (ComplaintSubject.Command, "PostgreSQL is to stop: it waits for archive_command"),
            (complaint.Subject, complaint.Text));
    }

    /// <summary>It has not sent everything to its standbys, and may yet come back with what only it has.</summary>
    [Fact]
    public void A_server_that_died_by_itself_is_not_reported_as_stopped()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);

        rig.Postgres.Steps.Failing.Add("start");
        rig.Postgres.End();
        rig.Stage.Advance(1);
        rig.Stage.Stop();
        rig.Stage.Advance(1);

        Assert.Equal((false, false), (rig.Report()?.Postgres?.Healthy, rig.Report()?.Postgres?.Stopped));
    }

    [Fact]
    public void A_server_that_could_not_be_stopped_is_not_reported_as_stopped()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);

        rig.Postgres.Steps.Failing.Add("stop");
        rig.Stage.Stop();
        rig.Stage.Advance(1);

        Assert.Equal((false, false), (rig.Report()?.Postgres?.Healthy, rig.Report()?.Postgres?.Stopped));
    }

    [Fact]
    public void Told_to_stop_while_the_store_is_away_it_stops_the_server_all_the_same()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(1);
        rig.Done();

        rig.Stage.Store.WritesFail = true;
        rig.Stage.Stop();
        rig.Stage.Advance(3);

        Assert.Equal("stop", rig.Done());
    }
}
