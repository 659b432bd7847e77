using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>A keeper's hands on its PostgreSQL. The keeper may die in the middle of anything; the server goes on by
/// itself.</summary>
internal sealed class SimulatedPostgres(SimulatedWorld world, SimulatedProcess keeper, SimulatedHost host) : IPostgres
{
    /// <summary>How often ends are looked for.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>pg_ctl's own limit.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    private SimulatedServer? Server => host.Server;

    public async Task<PostgresLook> LookAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.002, 0.03, cancellationToken);
        return new PostgresLook
        {
            Version = new PostgresVersion(15, 0),
            Data = host.Data is { } data
                ? new DataDirectoryLook
                {
                    Role = data.Standby ? InstanceRole.Standby : InstanceRole.Primary,
                    Hba = Server?.Configuration.Hba ?? [],
                    SystemIdentifier = data.SystemIdentifier,
                    Timeline = data.Timeline,
                    CheckpointPosition = data.Checkpoint,
                    ShutDownCleanly = data.ShutDownCleanly,
                }
                : null,
            DirectoryHasFiles = host.HasFiles,
            Server = Server is { } server
                ? new ServerLook { ProcessId = server.ProcessId, Port = 5432, Answers = AnswersOf(server) }
                : null,
        };
    }

    public async Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.002, 0.03, cancellationToken);
        if (Server is not { Answers: true } server)
        {
            return new PostgresReport();
        }

        if (host.Barred)
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

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Server is not { } server)
        {
            return;
        }

        server.Stop();
        await UntilAsync(() => server.Ended, StopLimit, "pg_ctl: server does not shut down", cancellationToken);
    }

    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.01, 0.3, cancellationToken);
        NoServer();
        if (host.Data is { } data)
        {
            world.LastCopy.Check(host, data.Holds);
        }

        (host.Data, host.HasFiles) = (null, false);
        world.Trace.Write(host.Name, "data directory erased");
    }

    public async Task<string?> SetAsideAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.01, 0.3, cancellationToken);
        NoServer();
        (host.Data, host.HasFiles) = (null, false);
        world.Trace.Write(host.Name, "data directory moved aside");
        return "aside";
    }

    public async Task InitDbAsync(NewConfig config, CancellationToken cancellationToken)
    {
        NoServer();
        host.HasFiles = true;
        await PassAsync(0.5, 3, cancellationToken);
        host.Data = new DataDirectory(world.NextSystemIdentifier());
        world.Trace.Write(host.Name, "initdb done");
    }

    public Task RestoreAsync(string command, CancellationToken cancellationToken) =>
        throw new PostgresToolException("there are no backups in the simulation");

    public async Task StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        await PassAsync(0.05, 0.3, cancellationToken);
        NoServer();
        if (host.Data is not { } data)
        {
            throw new PostgresToolException("postgres: there is no data directory");
        }

        // The keeper never removes standby.signal: only a promotion does (keeper.md 5.2).
        data.Standby = data.Standby || configuration.Recovery == RecoveryMode.Standby;
        host.StartServer(configuration);
    }

    public async Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var server = Running();
        await UntilAsync(
            () => (server.Answers && !host.Barred) || server.Ended, timeout, "PostgreSQL is not ready",
            cancellationToken);
        if (server.Ended)
        {
            throw new PostgresToolException("the server process ended");
        }
    }

    public Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        AwaitReadyAsync(timeout, cancellationToken);

    public async Task ReloadAsync(ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        await PassAsync(0.01, 0.1, cancellationToken);
        server.Reload(configuration);
    }

    public async Task PromoteAsync(ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        server.Promote();
        await UntilAsync(
            () => (!server.InRecovery && !host.Barred) || server.Ended, StopLimit, "pg_ctl promote: timed out",
            cancellationToken);
        await ReloadAsync(configuration, cancellationToken);
    }

    public async Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken)
    {
        await PassAsync(0.002, 0.03, cancellationToken);
        _ = Source(source);
    }

    public async Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken)
    {
        NoServer();
        var source = Source(primary);
        if (host.Data is not { } data || data.SystemIdentifier != source.Data.SystemIdentifier)
        {
            throw new PostgresToolException("pg_rewind: source and target are from different systems");
        }

        world.LastCopy.Check(host, row => data.Holds(row) && !source.Data.Holds(row));
        host.Data = null;
        await PassAsync(0.3, 3, cancellationToken);
        host.Data = Source(primary, source).Data.CopyAsStandby();
        world.Trace.Write(host.Name, $"rewound to {primary} at {host.Data.End}");
    }

    public async Task CloneAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        var server = Source(source);
        if (!server.Data.Slots.Contains(slot))
        {
            throw new PostgresToolException($"pg_basebackup: replication slot {slot} does not exist");
        }

        host.HasFiles = true;
        await PassAsync(0.5, 8, cancellationToken);
        host.Data = Source(source, server).Data.CopyAsStandby();
        world.Trace.Write(host.Name, $"cloned from {source} at {host.Data.End}");
    }

    public Task SetUpRolesAsync(CancellationToken cancellationToken) => PassAsync(0.01, 0.1, cancellationToken);

    public Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ValueMap<string, string>.Empty);

    public async Task CreateSlotAsync(string name, CancellationToken cancellationToken)
    {
        await PassAsync(0.002, 0.02, cancellationToken);
        Running().Data.Slots.Add(name);
    }

    public async Task DropSlotAsync(string name, CancellationToken cancellationToken)
    {
        await PassAsync(0.002, 0.02, cancellationToken);
        var server = Running();
        if (server.Senders.Exists(s => s.Slot == name))
        {
            throw new PostgresToolException($"replication slot {name} is active");
        }

        server.Data.Slots.Remove(name);
    }

    private ServerAnswers? AnswersOf(SimulatedServer server) => server.Answers && !host.Barred
        ? new ServerAnswers
        {
            InRecovery = server.InRecovery,
            ListenAddresses = server.Host.Address.Host,
            Slots = server.Data.Slots.ToValueList(),
            SynchronousStandbys = server.SynchronousStandbys,
        }
        : null;

    private SimulatedServer Running() =>
        Server is { Stopping: false, Frozen: false } server
            ? server
            : throw new PostgresToolException("the server does not answer");

    private void NoServer()
    {
        if (Server is not null)
        {
            throw new PostgresToolException("a server runs on this data directory");
        }
    }

    /// <param name="same">It must still be this run of it.</param>
    private SimulatedServer Source(ServerAddress address, SimulatedServer? same = null) =>
        world.ServerAt(address, host.Name) is { Answers: true } server && (same is null || same == server)
            ? server
            : throw new PostgresToolException($"could not connect to {address}");

    private Task PassAsync(double least, double most, CancellationToken cancellationToken) =>
        Task.Delay(world.Chance.Seconds(least, most), keeper.Time, cancellationToken);

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
