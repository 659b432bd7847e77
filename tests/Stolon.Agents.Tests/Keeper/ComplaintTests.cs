using Microsoft.Extensions.Logging;
using Stolon.Agents.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

/// <summary>What a keeper finds wrong: in its report while it lasts, and in its log again and again.</summary>
public sealed class ComplaintTests
{
    private readonly KeeperAgentRig _rig = KeeperAgentRig.AtWork();

    [Fact]
    public void One_complaint_a_subject_by_subject_and_each_change_is_published_at_once()
    {
        _rig.Complaints.Add(ComplaintSubject.Storage, "the disk is full");
        Assert.True(_rig.Signalled(_rig.Publish));
        _rig.Complaints.Add(ComplaintSubject.Observation, "no answer");
        _rig.Complaints.Add(ComplaintSubject.Storage, "the disk is slow");
        Assert.Equal(["no answer", "the disk is slow"], Texts());
        Assert.True(_rig.Signalled(_rig.Publish));
        _rig.Complaints.Settle(ComplaintSubject.Storage);
        Assert.True(_rig.Signalled(_rig.Publish));
        _rig.Complaints.Set(ComplaintSubject.Observation, null);
        Assert.Empty(_rig.Complaints.Now);
        Assert.True(_rig.Signalled(_rig.Publish));
        _rig.Complaints.Settle(ComplaintSubject.Observation);
        Assert.False(_rig.Signalled(_rig.Publish));
    }

    [Fact]
    public void A_complaint_that_lasts_keeps_its_beginning_and_is_repeated_every_five_minutes_as_a_warning()
    {
        _rig.Complaints.Add(ComplaintSubject.Storage, "97 % of the disk are used");
        var since = Assert.Single(_rig.Complaints.Now).Since;
        _rig.Signalled(_rig.Publish);
        for (var minute = 0; minute < 11; minute++)
        {
            _rig.Stage.Advance(60);
            _rig.Complaints.Add(ComplaintSubject.Storage, $"{98 + (minute % 2)} % of the disk are used");
        }

        Assert.False(_rig.Signalled(_rig.Publish));
        Assert.Equal(since, Assert.Single(_rig.Complaints.Now).Since);
        var told = _rig.Stage.Log.At(LogLevel.Warning).ToList();
        Assert.Equal(3, told.Count);
        Assert.Equal("97 % of the disk are used", told[0]);
        Assert.All(told.Skip(1), t => Assert.StartsWith("still, since ", t, StringComparison.Ordinal));
    }

    [Fact]
    public void A_complaint_is_in_the_next_report_until_it_is_settled()
    {
        _rig.Shared.SetCluster(Clusters.Uid);
        _rig.Complaints.Add(ComplaintSubject.Storage, "the disk is full");
        _rig.Stage.Do(_rig.Reporter.PublishAsync);
        Assert.Equal(["the disk is full"], _rig.Report()!.Complaints.Select(c => c.Text));
        _rig.Complaints.Settle(ComplaintSubject.Storage);
        _rig.Stage.Do(_rig.Reporter.PublishAsync);
        Assert.Empty(_rig.Report()!.Complaints);
    }

    [Fact]
    public void A_step_that_fails_is_complained_of_until_it_succeeds()
    {
        _rig.Postgres.Steps.Failing.Add("reload");
        Assert.Throws<PostgresToolException>(() => _rig.Stage.Do(_rig.Tick.RunAsync));
        Assert.Equal(ComplaintSubject.Convergence, Assert.Single(_rig.Complaints.Now).Subject);
        _rig.Postgres.Steps.Failing.Clear();
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void One_of_several_who_complain_about_a_subject_settles_no_other_s()
    {
        var (one, other) = (Own(), Own());
        one.Set("the disk is full");
        other.Set("the data are at risk");
        one.Set(null);
        Assert.Equal(["the data are at risk"], Texts());
        other.Set("the data are at risk since 5 s");
        other.Set("the data are at risk since 9 s");
        other.Set(null);
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void What_is_waited_for_is_complained_of_only_when_it_does_not_come()
    {
        _rig.Write(Clusters.Empty());
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Empty(_rig.Complaints.Now);
        _rig.Stage.Advance(11);
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Equal(["waiting for the sentinel to register this keeper"], Texts());
        _rig.Write(Clusters.Running());
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Empty(_rig.Complaints.Now);
    }

    /// <summary>A standby that cannot be observed owes its restart for ever.</summary>
    [Fact]
    public void A_restart_that_waits_for_others_for_long_is_complained_of_with_whom_it_waits_for()
    {
        _rig.Postgres.PendingRestart = ["max_connections"];
        var data = Clusters.Read(Clusters.I1, 1);
        _rig.Write((data with
        {
            Cluster = data.Cluster with { Spec = data.Cluster.Spec with { AutomaticPgRestart = true } },
        }).Change(Clusters.I2, i => i with { Generation = i.Generation.Next }));
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Empty(_rig.Complaints.Now);
        _rig.Stage.Advance(11);
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Contains("waits until these have restarted: instance i2 on keeper k2", Assert.Single(Texts()));
        Assert.Contains(_rig.Stage.Log.At(LogLevel.Warning), t => t.Contains("waits until", StringComparison.Ordinal));

        _rig.Write(data with { Instances = data.Instances.Without(Clusters.I2) });
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void A_keeper_that_is_replaced_by_another_run_complains_and_starts_nothing()
    {
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Empty(_rig.Complaints.Now);
        _rig.Signalled(_rig.Publish);
        _rig.Done();
        (_rig.Postgres.Running, _) = (false, 0);
        _rig.Write(Recorded(s => s with { BootUuid = "another" }));
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Equal(ComplaintSubject.Identity, Assert.Single(_rig.Complaints.Now).Subject);
        Assert.True(_rig.Signalled(_rig.Publish));
        Assert.Equal("", _rig.Done());
        Assert.Contains(_rig.Stage.Log.At(LogLevel.Error), t => t.Contains("another keeper", StringComparison.Ordinal));
    }

    [Fact]
    public void A_contested_keeper_starts_nothing_and_continues_when_the_contest_is_over()
    {
        _rig.Write(Recorded(s => s with { Contested = true }));
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.True(_rig.Postgres.Running);
        Assert.Contains(_rig.Complaints.Now, c => c.Subject == ComplaintSubject.Identity);
        _rig.Postgres.Running = false;
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.Equal("", _rig.Done());
        _rig.Write(Clusters.Running());
        _rig.Stage.Do(_rig.Tick.RunAsync);
        Assert.StartsWith("start", _rig.Done(), StringComparison.Ordinal);
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void Reports_are_numbered()
    {
        _rig.Shared.SetCluster(Clusters.Uid);
        _rig.Stage.Do(_rig.Reporter.PublishAsync);
        var first = _rig.Report()!.Number;
        _rig.Stage.Do(_rig.Reporter.PublishAsync);
        Assert.Equal((1, 2), (first, _rig.Report()!.Number));
    }

    private OwnComplaint Own() => new(_rig.Complaints, ComplaintSubject.Storage);

    private static ClusterData Recorded(Func<KeeperStatus, KeeperStatus> change)
    {
        var data = Clusters.Running();
        var keeper = data.Keepers[Clusters.K1];
        return data with { Keepers = data.Keepers.With(Clusters.K1, keeper with { Status = change(keeper.Status) }) };
    }

    private IEnumerable<string> Texts() => _rig.Complaints.Now.Select(c => c.Text);
}
