using Stolon.Agents.Ports.Store;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Sentinel;

/// <summary>A sentinel with an initial specification, and a store without cluster data.</summary>
public sealed class FirstClusterDataTests
{
    private static readonly HeldData Held = new()
    {
        Cluster = new ClusterUid("earlier"),
        Instance = Clusters.I1,
        SystemIdentifier = "71",
        Timeline = new(2),
    };

    private readonly SentinelRig _rig = new(Clusters.Spec);
    private int _reports;

    [Fact]
    public void Without_held_data_it_creates_a_cluster()
    {
        Report(new KeeperReport { InfoUid = "", Uid = Clusters.K1 });
        _rig.Check();
        Assert.IsType<ClusterDataRead.Absent>(_rig.Read());
        _rig.Stage.Advance(5);
        _rig.Check();
        Assert.Null(_rig.Data().Cluster.Consent);
    }

    [Fact]
    public void While_a_keeper_holds_data_it_creates_none_and_logs_what_to_do_instead()
    {
        Report(Holding());
        for (var i = 0; i < 10; i++)
        {
            _rig.Check();
            _rig.Stage.Advance(1);
        }

        Assert.IsType<ClusterDataRead.Absent>(_rig.Read());
        var told = Assert.Single(Warnings());
        Assert.Contains("keeper k1 holds a whole instance of cluster earlier", told, StringComparison.Ordinal);
        Assert.Contains(
            """stolonctl init '{"initMode":"existing","existingConfig":{"keeperUID":"k1"}}'""",
            told,
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_logs_that_again_every_five_minutes()
    {
        for (var i = 0; i < 11 * 60; i++)
        {
            Report(Holding());
            _rig.Check();
            _rig.Stage.Advance(1);
        }

        Assert.Equal(3, Warnings().Count);
    }

    /// <summary>Its first report comes before its first look at its data.</summary>
    [Fact]
    public void It_waits_for_a_keeper_that_has_not_inspected_its_data_yet()
    {
        Report(new KeeperReport { InfoUid = "", Uid = Clusters.K1, Cluster = Held.Cluster });
        _rig.Check();
        _rig.Stage.Advance(5);
        _rig.Check();
        Assert.IsType<ClusterDataRead.Absent>(_rig.Read());
    }

    /// <summary>A store that is emptied under running programs has no reports either, for a moment.</summary>
    [Fact]
    public void After_it_has_seen_cluster_data_it_creates_none_when_they_are_gone()
    {
        _rig.Write(Clusters.Empty());
        _rig.Check();
        _rig.Stage.Do(token => _rig.Stage.Server.DeleteAsync(RecordingStore.Paths.ClusterData, token));
        for (var i = 0; i < 20; i++)
        {
            _rig.Check();
            _rig.Stage.Advance(1);
        }

        Assert.IsType<ClusterDataRead.Absent>(_rig.Read());
        Assert.Single(Warnings());
    }

    private static KeeperReport Holding() => new() { InfoUid = "", Uid = Clusters.K1, Holds = Held };

    private List<string> Warnings() =>
        _rig.Stage.Log.Messages.Where(t => t.Contains("no new cluster is created", StringComparison.Ordinal)).ToList();

    private void Report(KeeperReport report) => _rig.Stage.Do(token => _rig.Stage.Store.PublishAsync(
        report with { InfoUid = $"{++_reports}" }, TimeSpan.FromMinutes(10), token));
}
