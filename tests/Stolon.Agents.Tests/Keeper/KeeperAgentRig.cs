using Stolon.Agents.Keeper;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

/// <summary>One keeper, k1, with its parts to be driven one by one, or as the whole agent.</summary>
internal sealed class KeeperAgentRig
{
    public KeeperAgentRig()
    {
        var options = new KeeperOptions { Uid = Clusters.K1, Identity = Clusters.Identity };
        Postgres = new MemoryPostgres(Stage.Journal, Stage.Time);
        Shared = new KeeperShared(Stage.Time);
        Publish = new Wake(Stage.Time);
        Complaints = new ActiveComplaints(Stage.Time, Publish, Stage.Log);
        Observe = new Wake(Stage.Time);
        News = new Wake(Stage.Time);
        var configuration = new ConfigurationReport(Complaints, Shared);
        Executor = new KeeperExecutor(Postgres, Files, Stage.Time, Stage.Log, configuration.LeftOut);
        Reporter = new KeeperReporter(
            Stage.Store, Postgres, Files, options, Shared, Complaints, Publish, Stage.Ids, Stage.Time);
        Tick = new KeeperTick(
            Stage.Store, Postgres, Files, options, Shared, Complaints, configuration, Executor, Observe, Publish, News,
            Stage.Time, Stage.Log);
        Agent = new KeeperAgent(Stage.Store, Postgres, Files, options, Stage.Ids, Stage.Time, Stage.Log);
    }

    public Stage Stage { get; } = new();

    public List<string> Journal => Stage.Journal;

    public MemoryPostgres Postgres { get; }

    public MemoryFiles Files { get; } = new();

    public KeeperShared Shared { get; }

    public Wake Publish { get; }

    public ActiveComplaints Complaints { get; }

    public Wake Observe { get; }

    public Wake News { get; }

    public KeeperExecutor Executor { get; }

    public KeeperReporter Reporter { get; }

    public KeeperTick Tick { get; }

    public KeeperAgent Agent { get; }

    /// <summary>The keeper has i1's data and runs it as the primary it is to be.</summary>
    public static KeeperAgentRig AtWork()
    {
        var rig = new KeeperAgentRig();
        rig.Files.Keeper = new KeeperState(Clusters.K1, Clusters.Uid);
        rig.Files.Instance = new InstanceState { Uid = Clusters.I1, Generation = Generation.First };
        (rig.Postgres.HasData, rig.Postgres.Running) = (true, true);
        rig.Write(Clusters.Running());
        return rig;
    }

    public void Write(ClusterData data) => Stage.Do(token => Stage.Store.PutAsync(data, token));

    /// <summary>The report in the store; null: none.</summary>
    public KeeperReport? Report() => Stage.Do(Stage.Store.ReadKeepersAsync).Values.SingleOrDefault();

    /// <summary>What was done until now, and forgets it.</summary>
    public string Done()
    {
        var done = string.Join(", ", Journal);
        Journal.Clear();
        return done;
    }

    /// <summary>Whether the loop behind this wake has been told to go on.</summary>
    public bool Signalled(Wake wake)
    {
        var wait = Stage.Start(t => wake.WaitAsync(TimeSpan.FromSeconds(1), t));
        var signalled = wait.IsCompleted;
        Stage.Advance(1);
        return signalled;
    }
}
