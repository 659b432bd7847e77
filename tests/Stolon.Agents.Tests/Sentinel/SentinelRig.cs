using Stolon.Agents.Ports.Store;
using Stolon.Agents.Sentinel;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Agents.Tests.Sentinel;

/// <summary>One sentinel, s1, driven check by check, and a keeper k1 that reports what is expected of it.</summary>
internal sealed class SentinelRig
{
    private readonly LeaseElection _election;
    private int _report;

    public SentinelRig(ClusterSpec? initial = null)
    {
        var options = new SentinelOptions { Uid = new SentinelUid("s1"), InitialSpec = initial };
        _election = Election();
        Wake = new Wake(Stage.Time);
        Seat = new LeaderElector(_election, options, Wake, Stage.Time, Stage.Log);
        Tick = new SentinelTick(Stage.Store, Seat, options, Stage.Ids, Stage.Time, Stage.Log)
        {
            Decide = (view, memory) => Spoil(SentinelDecision.Decide(View = view, memory)),
        };
        Agent = new SentinelAgent(Stage.Store, _election, options, Stage.Ids, Stage.Time, Stage.Log);
    }

    public Stage Stage { get; } = new();

    public Wake Wake { get; }

    /// <summary>What becomes of a decision before the sentinel looks at it.</summary>
    public Func<SentinelDecision, SentinelDecision> Spoil { get; set; } = decision => decision;

    /// <summary>What the sentinel decided from last; null: it has not decided yet.</summary>
    public SentinelView? View { get; private set; }

    public LeaderElector Seat { get; }

    public SentinelTick Tick { get; }

    public SentinelAgent Agent { get; }

    public ulong Position { get; set; } = 0x3000000;

    public ulong Replayed { get; set; }

    /// <summary>How often the cluster data was written, or tried to.</summary>
    public int Writes => Stage.Store.Fences.Count;

    public string? Leader => Stage.Do(_election.LeaderAsync);

    /// <summary>Another way to the same office.</summary>
    public LeaseElection Election() => new(
        Stage.Server, RecordingStore.Paths.SentinelLeader, TimeSpan.FromSeconds(20), Stage.Time, Stage.Log);

    /// <summary>Stands for election, and is elected when nobody else is.</summary>
    public void StandForElection()
    {
        Stage.Begin(Seat.RunAsync);
        Stage.Advance(0.1);
    }

    public TimeSpan Check() => Stage.Do(Tick.RunAsync);

    public void Write(ClusterData data) => Stage.Do(token => Stage.Store.PutAsync(data, token));

    public ClusterDataRead Read() => Stage.Do(Stage.Store.ReadAsync);

    public ClusterData Data() => Assert.IsType<ClusterDataRead.Found>(Read()).Data;

    /// <summary>The keeper says that it is what it shall be.</summary>
    public void Report()
    {
        var data = Data();
        var instance = data.InstanceOf(Clusters.K1);
        var report = new KeeperReport
        {
            InfoUid = $"report {++_report}",
            Uid = Clusters.K1,
            Cluster = data.Cluster.Uid,
            BootUuid = "boot",
            BinaryVersion = new PostgresVersion(15, 18),
            Postgres = new PostgresReport
            {
                Instance = instance?.Uid,
                Generation = instance?.Generation ?? Generation.None,
                ListenAddress = "10.0.0.1",
                Port = "5432",
                Healthy = instance is not null,
                SystemIdentifier = "7000000000000000001",
                Timeline = new Timeline(1),
                Position = new Lsn(Position),
                ReplayedPosition = new Lsn(Replayed),
                SynchronousStandbys = [],
            },
        };
        var store = new KeyValueClusterStore(Stage.Server, RecordingStore.Paths);
        Stage.Do(token => store.PublishAsync(report, TimeSpan.FromMinutes(10), token));
    }

    /// <summary>So many seconds go by, with a report and a check each second.</summary>
    public void Work(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Stage.Advance(1);
            Report();
            Check();
        }
    }

    /// <summary>It leads a cluster in which nothing happens any more.</summary>
    public static SentinelRig AtRest(ClusterSpec? spec = null)
    {
        var rig = new SentinelRig();
        rig.Write(Clusters.Empty(spec));
        rig.StandForElection();
        rig.Work(10);
        Assert.Equal(ClusterPhase.Normal, rig.Data().Cluster.Phase);
        return rig;
    }
}
