using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>One run of a PostgreSQL server, from its start to its end.</summary>
internal sealed class SimulatedServer
{
    private readonly SimulatedWorld _world;
    private readonly WalReceiver _receiver;
    private readonly List<(Lsn Position, Action<bool> Done)> _waiters = [];
    private readonly List<Action> _onEnd = [];
    private Lsn? _replayPausedAt;

    public SimulatedServer(SimulatedWorld world, SimulatedHost host, int processId, ServerConfiguration configuration)
    {
        (_world, Host, ProcessId, Configuration) = (world, host, processId, configuration);
        Data = host.Data!;
        InRecovery = Data.Standby;
        Data.ShutDownCleanly = false;
        _receiver = new WalReceiver(world, this);
        world.Trace.Write(host.Name, $"PostgreSQL starts as {(InRecovery ? "standby" : "primary")} at {Data.End}");
        world.Context.After(world.Chance.Seconds(0.1, 1.5), BecomeReady);
    }

    public SimulatedHost Host { get; }

    public int ProcessId { get; }

    public DataDirectory Data { get; }

    public ServerConfiguration Configuration { get; private set; }

    /// <summary>Accepts connections.</summary>
    public bool Ready { get; private set; }

    public bool InRecovery { get; private set; }

    public bool Frozen { get; private set; }

    public bool Stopping { get; private set; }

    public bool Ended { get; private set; }

    /// <summary>It was stopped, and has sent all WAL.</summary>
    public bool EndedInOrder { get; private set; }

    public List<ReplicationConnection> Senders { get; } = [];

    /// <summary>pg_last_wal_replay_lsn(): what readers see.</summary>
    public Lsn Replayed => _replayPausedAt ?? Data.End;

    /// <summary>The connection it streams through; null: none.</summary>
    public ReplicationConnection? Receiving => _receiver.Connection;

    public bool Answers => Ready && !Frozen && !Stopping && !Ended;

    /// <summary>A client's commit would succeed here.</summary>
    public bool TakesWrites =>
        Answers && !InRecovery && Configuration.Hba.Any(l => l.StartsWith("host all all ", StringComparison.Ordinal));

    /// <summary>pg_stat_replication's sync_state "sync", by instance.</summary>
    public ValueList<InstanceUid> SynchronousStandbys => Senders
        .Where(s => s.Streaming && SynchronousNames.Contains(s.Name))
        .Select(s => ReplicationSlotName.InstanceOf(s.Name))
        .OfType<InstanceUid>()
        .ToSortedSet();

    /// <summary>pg_stat_replication.</summary>
    public ValueList<StandbyStream> Streams => Senders
        .Where(s => ReplicationSlotName.IsOurs(s.Name))
        .Select(s => new StandbyStream(
            ReplicationSlotName.InstanceOf(s.Name)!.Value,
            s.Streaming ? StandbyStream.StreamingState : "catchup",
            s.Flushed))
        .ToValueList();

    private List<string> SynchronousNames
    {
        get
        {
            var value = Configuration.Parameters.TryGetValue("synchronous_standby_names", out var v) ? v : "";
            var list = value.Contains('(') ? value[(value.IndexOf('(') + 1)..value.IndexOf(')')] : value;
            return [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        }
    }

    public void OnEnd(Action action) => _onEnd.Add(action);

    /// <summary>Writes a row, and calls back when it is committed as synchronous_standby_names requires (true) or the
    /// server has ended (false).</summary>
    public void Commit(long row, Action<bool> done)
    {
        if (!TakesWrites)
        {
            done(false);
            return;
        }

        var record = Data.Append(row, _world.Chance.Between(60, 400));
        _waiters.Add((record.End, done));
        ShipAll();
        ReleaseWaiters();
    }

    public void ReleaseWaiters()
    {
        if (Frozen || Stopping)
        {
            return;
        }

        foreach (var waiter in _waiters.Where(w => Confirmed(w.Position)).ToList())
        {
            _waiters.Remove(waiter);
            waiter.Done(true);
        }
    }

    public void ShipAll()
    {
        foreach (var sender in Senders.ToList())
        {
            sender.Ship();
        }
    }

    public void Reload(ServerConfiguration configuration)
    {
        var follows = Configuration.RecoveryParameters;
        Configuration = configuration;
        if (InRecovery && follows != configuration.RecoveryParameters)
        {
            _receiver.Restart();
        }

        ReleaseWaiters();
    }

    /// <summary>pg_ctl promote; PostgreSQL promotes by itself.</summary>
    public void Promote() => _world.Context.After(_world.Chance.Seconds(0.1, 1.5), () =>
    {
        if (Ended || !InRecovery)
        {
            return;
        }

        if (Frozen)
        {
            OnThaw(Promote);
            return;
        }

        _receiver.Stop();
        Data.Branch(_world.Chance.Between(40, 200));
        InRecovery = false;
        _world.Trace.Write(
            Host.Name, $"PostgreSQL promoted, timeline {Data.Timeline} from {Data.History[^1].SwitchPoint}");
        ShipAll();
    });

    /// <summary>Fast shutdown: waiting commits are never acknowledged; standbys get all WAL if they are
    /// connected.</summary>
    public void Stop()
    {
        if (Stopping)
        {
            return;
        }

        if (Frozen)
        {
            OnThaw(Stop);
            return;
        }

        Stopping = true;
        if (!InRecovery)
        {
            Data.Checkpoint = Data.End;
            Data.Append(null, _world.Chance.Between(60, 120));
            ShipAll();
        }

        _world.Context.After(_world.Chance.Seconds(0.1, 1.5), FinishStop);
    }

    private void FinishStop()
    {
        if (Ended)
        {
            return;
        }

        if (Frozen)
        {
            OnThaw(FinishStop);
            return;
        }

        Data.ShutDownCleanly = !InRecovery;
        EndedInOrder = true;
        Host.ServerEnded("stopped");
    }

    /// <summary>A long query blocks replay; received WAL is kept, and a promotion does not wait.</summary>
    public void PauseReplay() => _replayPausedAt ??= Data.End;

    public void ResumeReplay() => _replayPausedAt = null;

    /// <summary>It rejects a reload, as with an undetected mistake in the configuration; the previous configuration
    /// stays in force.</summary>
    public bool RejectsConfiguration { get; set; }

    public void Freeze() => Frozen = true;

    public void Thaw()
    {
        Frozen = false;
        foreach (var action in _onThaw.ToList())
        {
            action();
        }

        _onThaw.Clear();
        ShipAll();
        Receiving?.Source.ShipAll();
    }

    public void End()
    {
        Ended = true;
        _receiver.Stop();
        foreach (var sender in Senders.ToList())
        {
            sender.Close();
        }

        foreach (var waiter in _waiters)
        {
            waiter.Done(false);
        }

        foreach (var action in _onEnd)
        {
            action();
        }
    }

    public void ConnectionClosed(ReplicationConnection connection) => _receiver.Lost(connection);

    private readonly List<Action> _onThaw = [];

    private void OnThaw(Action action) => _onThaw.Add(action);

    private bool Confirmed(Lsn position) =>
        _world.Options.Sabotage == Sabotage.AcknowledgeBeforeStandbys
        || SynchronousNames.TrueForAll(
            name => Senders.Exists(s => s.Name == name && s.Streaming && s.Flushed >= position));

    private void BecomeReady()
    {
        if (Ended)
        {
            return;
        }

        Ready = true;
        if (InRecovery)
        {
            _receiver.Restart();
        }
    }
}
