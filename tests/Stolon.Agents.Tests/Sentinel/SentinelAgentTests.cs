using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Sentinel;

public sealed class SentinelAgentTests
{
    [Fact]
    public void A_keeper_that_appears_is_chosen_at_once()
    {
        var rig = new SentinelRig(Clusters.Spec);
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(6);
        rig.Report();

        rig.Stage.Advance(0.5);

        Assert.Equal(Clusters.K1, Assert.Single(rig.Data().Instances.Values).Spec.Keeper);
    }

    [Fact]
    public void Told_to_stop_it_resigns_and_withdraws_its_report()
    {
        var rig = new SentinelRig(Clusters.Spec);
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(6);
        Assert.Equal(new SentinelReport(new SentinelUid("s1")), Assert.Single(Sentinels()));
        Assert.Equal("s1", rig.Leader);

        rig.Stage.Stop();
        rig.Stage.Advance(0.1);

        Assert.Empty(Sentinels());
        Assert.Null(rig.Leader);
        IEnumerable<SentinelReport> Sentinels() => rig.Stage.Do(rig.Stage.Store.ReadSentinelsAsync);
    }

    [Fact]
    public void When_stopped_while_the_store_is_unavailable_it_logs_that_its_report_stays()
    {
        var rig = new SentinelRig(Clusters.Spec);
        var agent = rig.Stage.Start(rig.Agent.RunAsync);
        rig.Stage.Advance(1);

        rig.Stage.Store.WritesFail = true;
        rig.Stage.Stop();
        rig.Stage.Advance(3);

        Assert.True(agent.IsCanceled);
        Assert.Contains("this sentinel's report could not be removed; it will expire", rig.Stage.Log.Messages);
    }
}
