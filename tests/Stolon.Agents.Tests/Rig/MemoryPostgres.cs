using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Tests.Rig;

/// <summary>A small model of one PostgreSQL: a data directory that is or is not there, a server that runs or does not.
/// Every step is in the journal.</summary>
internal sealed class MemoryPostgres(List<string> journal, TimeProvider time)
    : MemoryDataDirectory(journal, time), IPostgres
{
    private readonly List<TaskCompletionSource> _awaitingExit = [];
    private int _processes;

    /// <summary>What the server waits for, and which parameters wait for a restart of it.</summary>
    public OperatorCommand? Command { get; set; }
    public ValueList<string> PendingRestart { get; set; }

    /// <summary>Called when the server is asked how it is, before it answers.</summary>
    public Action BeforeObservation { get; set; } = () => { };

    /// <summary>The server does not answer, and neither does whoever asks it.</summary>
    public bool Hangs { get; set; }

    /// <summary>The keeper may not ask the server, which serves.</summary>
    public string? Obstacle { get; set; }

    /// <summary>Why what is written does not reach the disk.</summary>
    public string? WriteProblem { get; set; }

    public ulong Position { get; set; } = 0x3000000;

    public ulong Replayed { get; set; }

    /// <summary>What a clone needs; by default there is room beside.</summary>
    public CloneSpace CloneSpace { get; set; } = new();

    public PostgresVersion Version { get; set; } = new(15, 18);

    /// <summary>The server process ends, here by itself.</summary>
    public void End()
    {
        Running = false;
        _awaitingExit.ForEach(w => w.TrySetResult());
        _awaitingExit.Clear();
    }

    public Task<PostgresObservation> InspectAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new PostgresObservation
        {
            Version = Version,
            DirectoryHasFiles = HasData,
            CloneSpace = CloneSpace,
            Replacement = Replacement,
            Data = HasData
                ? new DataDirectoryObservation
                {
                    Role = InRecovery ? InstanceRole.Standby : InstanceRole.Primary,
                    SystemIdentifier = SystemIdentifier,
                    Timeline = Timeline,
                    ShutDownCleanly = ShutDownCleanly && !Running,
                }
                : null,
            Server = Running ? Server() : null,
        });

    public async Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken)
    {
        BeforeObservation();
        if (Hangs)
        {
            await Task.Delay(TimeSpan.FromDays(1), Time, cancellationToken);
        }

        if (Running && Obstacle is not null)
        {
            return new PostgresReport { Obstacle = Obstacle, Reason = $"cannot observe it: {Obstacle}", Serves = true };
        }

        return Running
            ? new PostgresReport
            {
                Healthy = true,
                SystemIdentifier = SystemIdentifier,
                Timeline = Timeline,
                Position = new Lsn(Position),
                ReplayedPosition = new Lsn(Replayed),
                SynchronousStandbys = [],
                WriteProblem = WriteProblem,
            }
            : new PostgresReport();
    }

    public async Task<bool> WaitForExitAsync(CancellationToken cancellationToken)
    {
        if (!Running)
        {
            return false;
        }

        var exit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaitingExit.Add(exit);
        using (cancellationToken.Register(() => exit.TrySetCanceled(cancellationToken)))
        {
            await exit.Task;
        }

        return true;
    }

    /// <summary>What its server's end is told to wait for, look by look, after everything has been sent.</summary>
    public Queue<string> EndWaitsFor { get; } = [];

    public async Task<ShutdownProgress> ShutDownAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        if (!Running)
        {
            return new ShutdownProgress(Ended: true, InOrder: false);
        }

        if (EndWaitsFor.TryDequeue(out var what))
        {
            Journal.Add("shut down, and its process goes on");
            return new ShutdownProgress(Ended: false, InOrder: true, what);
        }

        await StopAsync(cancellationToken);
        return new ShutdownProgress(Ended: true, InOrder: true);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StepAsync("stop", cancellationToken);
        ShutDownCleanly = Running ? !InRecovery : ShutDownCleanly;
        End();
    }

    /// <summary>What it makes of each configuration it is given.</summary>
    public ConfigurationOutcome Outcome { get; set; } = new ConfigurationOutcome.Applied([]);

    private ServerConfiguration? _inForce;

    public async Task<ConfigurationOutcome> StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        RequireNoServer();
        await StepAsync(temporary ? "start temporarily" : "start", cancellationToken);
        if (!HasData)
        {
            throw new PostgresToolException("there is no data directory");
        }

        InRecovery = configuration.Recovery != RecoveryMode.None;
        (Running, ShutDownCleanly) = (true, false);
        _processes++;
        return Take(configuration);
    }

    public Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        ServerStepAsync("await ready", cancellationToken);

    public Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        ServerStepAsync("await recovery end", cancellationToken);

    public async Task<ConfigurationOutcome> ReloadAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        await ServerStepAsync("reload", cancellationToken);
        return Take(configuration);
    }

    public Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken) =>
        StepAsync($"note timeline {taken}", cancellationToken);

    public async Task<ConfigurationOutcome> PromoteAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        await ServerStepAsync("promote", cancellationToken);
        Timeline = InRecovery ? new Timeline(Timeline.Value + 1) : Timeline;
        InRecovery = false;
        return Take(configuration);
    }

    private ConfigurationOutcome Take(ServerConfiguration configuration)
    {
        _inForce = Outcome is ConfigurationOutcome.Applied ? configuration : _inForce;
        return Outcome;
    }

    public Task SetUpRolesAsync(CancellationToken cancellationToken) => ServerStepAsync("roles", cancellationToken);

    public Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ValueMap<string, string>.Empty.With("work_mem", "8MB"));

    public async Task CreateSlotAsync(string name, CancellationToken cancellationToken)
    {
        await ServerStepAsync("create slot", cancellationToken);
        if (!Slots.Add(name))
        {
            throw new PostgresToolException($"replication slot {name} already exists");
        }
    }

    public async Task DropSlotAsync(string name, CancellationToken cancellationToken)
    {
        await ServerStepAsync("drop slot", cancellationToken);
        if (!Slots.Remove(name))
        {
            throw new PostgresToolException($"replication slot {name} does not exist");
        }
    }

    private ServerObservation Server() =>
        new() { ProcessId = _processes, Port = 5432, Answers = Answers(), Command = Command };

    private ServerAnswers Answers() => new()
    {
        InRecovery = InRecovery,
        ListenAddresses = "*",
        PendingRestart = !PendingRestart.IsEmpty,
        PendingParameters = PendingRestart,
        Slots = Slots.Order(StringComparer.Ordinal).ToValueList(),
        SynchronousStandbyNames = _inForce?.Parameters["synchronous_standby_names"],
    };

    /// <summary>A step that needs the server.</summary>
    private async Task ServerStepAsync(string name, CancellationToken cancellationToken)
    {
        await StepAsync(name, cancellationToken);
        if (!Running)
        {
            throw new PostgresToolException("the server does not run");
        }
    }
}
