using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>A keeper's access to its PostgreSQL. The keeper may die during any operation; the server continues by
/// itself.</summary>
internal sealed class SimulatedPostgres(SimulatedWorld world, SimulatedProcess keeper, SimulatedHost host) : IPostgres
{
    /// <summary>The interval of checks for the end of an operation.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>pg_ctl's own timeout.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private readonly SimulatedCopies _copies = new(world, keeper, host);

    private SimulatedServer? Server => host.Server;

    public async Task<PostgresObservation> InspectAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(0.002, 0.03, cancellationToken);
        return new PostgresObservation
        {
            Version = new PostgresVersion(15, 0),
            Data = host.Data is { } data
                ? new DataDirectoryObservation
                {
                    Role = data.Standby ? InstanceRole.Standby : InstanceRole.Primary,
                    Hba = Server?.Configuration.Hba ?? [],
                    SystemIdentifier = data.SystemIdentifier,
                    Timeline = data.Timeline,
                    TimelineHistory = TimelineHistory.LastTwo(data.History.ToValueList()),
                    CheckpointPosition = data.Checkpoint,
                    ShutDownCleanly = data.ShutDownCleanly,
                }
                : null,
            DirectoryHasFiles = host.HasFiles,
            Replacement = host.Replacement,
            CloneSpace = new CloneSpace
            {
                Requirements = [new SpaceRequirement(host.Name, NeededBytes: 1, FreeBytes: host.HasSpace ? 1 : 0)],
            },
            Server = Server is { } server
                ? new ServerObservation
                {
                    ProcessId = server.ProcessId,
                    Port = 5432,
                    Answers = AnswersOf(server),
                    RejectsKeeper = server.Answers && host.LoginDenied,
                }
                : null,
        };
    }

    public async Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(0.002, 0.03, cancellationToken);
        if (Server is not { Answers: true } server)
        {
            return new PostgresReport();
        }

        if (host.LoginDenied)
        {
            return new PostgresReport { Obstacle = "28P01", Reason = "cannot observe it: 28P01", Serves = true };
        }

        return new PostgresReport
        {
            Healthy = true,
            SystemIdentifier = server.Data.SystemIdentifier,
            Timeline = server.Data.Timeline,
            Position = server.Data.End,
            ReplayedPosition = server.InRecovery ? server.Replayed : Lsn.Unknown,
            TimelineHistory = TimelineHistory.LastTwo(server.Data.History.ToValueList()),
            SynchronousStandbys = server.SynchronousStandbys,
            Slots = [],
            Streams = server.InRecovery ? null : server.Streams,
            OldestWalFile = "000000010000000000000001",
        };
    }

    public async Task<bool> WaitForExitAsync(CancellationToken cancellationToken)
    {
        if (Server is not { } server)
        {
            return false;
        }

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.OnEnd(() => ended.TrySetResult());
        using (cancellationToken.Register(() => ended.TrySetCanceled(cancellationToken)))
        {
            await ended.Task;
        }

        return true;
    }

    public async Task<ShutdownProgress> ShutDownAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        if (Server is not { } server)
        {
            return new ShutdownProgress(Ended: true, InOrder: false);
        }

        server.Stop();
        await UntilAsync(() => server.Ended, StopLimit, "pg_ctl: server does not shut down", cancellationToken);
        return new ShutdownProgress(Ended: true, server.EndedInOrder);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Server is not { } server)
        {
            return;
        }

        server.Stop();
        await UntilAsync(() => server.Ended, StopLimit, "pg_ctl: server does not shut down", cancellationToken);
    }

    public Task EraseAsync(CancellationToken cancellationToken) => _copies.EraseAsync(cancellationToken);

    public Task<string?> SetAsideAsync(CancellationToken cancellationToken) =>
        _copies.SetAsideAsync(cancellationToken);

    public async Task InitDbAsync(NewConfig config, CancellationToken cancellationToken)
    {
        _copies.RequireEmpty();
        host.HasFiles = true;
        await DelayAsync(0.5, 3, cancellationToken);
        host.Data = new DataDirectory(world.NextSystemIdentifier());
        world.Trace.Write(host.Name, "initdb done");
    }

    public Task RestoreAsync(string command, CancellationToken cancellationToken) =>
        throw new PostgresToolException("there are no backups in the simulation");

    public async Task<ConfigurationOutcome> StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        await DelayAsync(0.05, 0.3, cancellationToken);
        _copies.RequireNoServer();
        if (host.Data is not { } data)
        {
            throw new PostgresToolException("postgres: there is no data directory");
        }

        // The keeper never removes standby.signal: only a promotion does (docs/spec/keeper.md 5.2).
        data.Standby = data.Standby || configuration.Recovery == RecoveryMode.Standby;
        host.StartServer(configuration);
        return new ConfigurationOutcome.Applied([]);
    }

    public async Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var server = Running();
        await UntilAsync(
            () => (server.Answers && !host.LoginDenied) || server.Ended, timeout, "PostgreSQL is not ready",
            cancellationToken);
        if (server.Ended)
        {
            throw new PostgresToolException("the server process ended");
        }
    }

    public Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        AwaitReadyAsync(timeout, cancellationToken);

    public async Task<ConfigurationOutcome> ReloadAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        await DelayAsync(0.01, 0.1, cancellationToken);
        if (server.RejectsConfiguration)
        {
            return new ConfigurationOutcome.Rejected(["a mistake in the configuration"]);
        }

        server.Reload(configuration);
        return new ConfigurationOutcome.Applied([]);
    }

    public async Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken)
    {
        await DelayAsync(0.002, 0.02, cancellationToken);
        Running().Data.KnownTimelines.Add(taken);
        world.Trace.Write(host.Name, $"timeline {taken} noted, taken at {fork.SwitchPoint}");
    }

    public async Task<ConfigurationOutcome> PromoteAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        server.Promote();
        await UntilAsync(
            () => (!server.InRecovery && !host.LoginDenied) || server.Ended, StopLimit, "pg_ctl promote: timed out",
            cancellationToken);
        return await ReloadAsync(configuration, cancellationToken);
    }

    public async Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken)
    {
        await DelayAsync(0.002, 0.03, cancellationToken);
        if (_copies.Source(source).Data.SystemIdentifier is var found && (systemIdentifier ?? found) != found)
        {
            throw new PostgresToolException($"{source} has the system identifier {found}");
        }
    }

    public Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken) =>
        _copies.RewindAsync(primary, cancellationToken);

    public Task CloneAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken) =>
        _copies.CloneAsync(source, slot, cancellationToken);

    public Task CloneBesideAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken) =>
        _copies.CloneBesideAsync(source, self, slot, cancellationToken);

    public Task SwapInAsync(CancellationToken cancellationToken) => _copies.SwapInAsync(cancellationToken);

    public Task DropReplacedAsync(CancellationToken cancellationToken) =>
        _copies.DropReplacedAsync(cancellationToken);

    public async Task SetUpRolesAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(0.01, 0.1, cancellationToken);
        _ = Running();
    }

    public Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ValueMap<string, string>.Empty);

    public async Task CreateSlotAsync(string name, CancellationToken cancellationToken)
    {
        await DelayAsync(0.002, 0.02, cancellationToken);
        if (!Running().Data.Slots.Add(name))
        {
            throw new PostgresToolException($"replication slot {name} already exists");
        }
    }

    public async Task DropSlotAsync(string name, CancellationToken cancellationToken)
    {
        await DelayAsync(0.002, 0.02, cancellationToken);
        var server = Running();
        if (server.Senders.Exists(s => s.Slot == name))
        {
            throw new PostgresToolException($"replication slot {name} is active");
        }

        if (!server.Data.Slots.Remove(name))
        {
            throw new PostgresToolException($"replication slot {name} does not exist");
        }
    }

    private ServerAnswers? AnswersOf(SimulatedServer server) => server.Answers && !host.LoginDenied
        ? new ServerAnswers
        {
            InRecovery = server.InRecovery,
            ListenAddresses = server.Host.Address.Host,
            Slots = server.Data.Slots.ToValueList(),
            SynchronousStandbys = server.SynchronousStandbys,
            SynchronousStandbyNames = server.Configuration.Parameters["synchronous_standby_names"],
        }
        : null;

    private SimulatedServer Running() =>
        Server is { Stopping: false, Frozen: false } server
            ? server
            : throw new PostgresToolException("the server does not answer");

    private Task DelayAsync(double min, double max, CancellationToken cancellationToken) =>
        Task.Delay(world.Chance.Seconds(min, max), keeper.Time, cancellationToken);

    private async Task UntilAsync(
        Func<bool> condition, TimeSpan limit, string problem, CancellationToken cancellationToken)
    {
        var began = keeper.Time.GetTimestamp();
        while (!condition())
        {
            if (limit > TimeSpan.Zero && keeper.Time.GetElapsedTime(began) >= limit)
            {
                throw new TimeoutException(problem);
            }

            await Task.Delay(Poll, keeper.Time, cancellationToken);
        }
    }
}
