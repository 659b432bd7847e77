using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Tests.Rig;

/// <summary>A small model of one PostgreSQL: a data directory that is or is not there, a server that runs or does not.
/// Every step is in the journal.</summary>
internal sealed class MemoryPostgres(List<string> journal, TimeProvider time) : IPostgres
{
    private readonly List<TaskCompletionSource> _awaitingExit = [];
    private int _processes;

    /// <summary>Steps that fail, by name.</summary>
    public HashSet<string> Failing { get; } = [];

    /// <summary>A step that does not end, by name; null: none.</summary>
    public string? Hanging { get; set; }

    /// <summary>What the server waits for, and which parameters wait for a restart of it.</summary>
    public OperatorCommand? Command { get; set; }
    public ValueList<string> PendingRestart { get; set; }

    /// <summary>How long every step takes.</summary>
    public TimeSpan StepsTake { get; set; }

    /// <summary>Called when the server is asked how it is, before it answers.</summary>
    public Action BeforeObservation { get; set; } = () => { };

    /// <summary>The server does not answer, and neither does whoever asks it.</summary>
    public bool Hangs { get; set; }

    /// <summary>The keeper may not ask the server, which serves.</summary>
    public string? Obstacle { get; set; }

    /// <summary>Why what is written does not reach the disk.</summary>
    public string? WriteProblem { get; set; }

    public bool HasData { get; set; }
    public bool Running { get; set; }
    public bool InRecovery { get; set; }
    public ulong Position { get; set; } = 0x3000000;

    public ulong Replayed { get; set; }

    public HashSet<string> Slots { get; } = [];

    /// <summary>What a clone needs; by default there is room beside.</summary>
    public CloneSpace CloneSpace { get; set; } = new();

    public PostgresVersion Version { get; set; } = new(15, 18);
    private ReplacementProgress? Replacement { get; set; }

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
                    SystemIdentifier = "7000000000000000001",
                    Timeline = new Timeline(1),
                }
                : null,
            Server = Running ? Server() : null,
        });

    public async Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken)
    {
        BeforeObservation();
        if (Hangs)
        {
            await Task.Delay(TimeSpan.FromDays(1), time, cancellationToken);
        }

        if (Running && Obstacle is not null)
        {
            return new PostgresReport { Obstacle = Obstacle, Reason = $"cannot observe it: {Obstacle}", Serves = true };
        }

        return Running
            ? new PostgresReport
            {
                Healthy = true,
                SystemIdentifier = "7000000000000000001",
                Timeline = new Timeline(1),
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
            journal.Add("shut down, and its process goes on");
            return new ShutdownProgress(Ended: false, InOrder: true, what);
        }

        await StopAsync(cancellationToken);
        return new ShutdownProgress(Ended: true, InOrder: true);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StepAsync("stop", cancellationToken);
        End();
    }

    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await StepAsync("erase", cancellationToken);
        HasData = false;
    }

    public async Task<string?> SetAsideAsync(CancellationToken cancellationToken)
    {
        await StepAsync("set aside", cancellationToken);
        HasData = false;
        return "postgres.aside";
    }

    public async Task InitDbAsync(NewConfig config, CancellationToken cancellationToken)
    {
        await StepAsync("initdb", cancellationToken);
        HasData = true;
    }

    public Task RestoreAsync(string command, CancellationToken cancellationToken) =>
        StepAsync("restore", cancellationToken);

    /// <summary>What it makes of each configuration it is given.</summary>
    public ConfigurationOutcome Outcome { get; set; } = new ConfigurationOutcome.Applied([]);

    private ServerConfiguration? _inForce;

    public async Task<ConfigurationOutcome> StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        await StepAsync(temporary ? "start temporarily" : "start", cancellationToken);
        InRecovery = configuration.Recovery != RecoveryMode.None;
        Running = true;
        _processes++;
        return Take(configuration);
    }

    public Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        StepAsync("await ready", cancellationToken);

    public Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        StepAsync("await recovery end", cancellationToken);

    public async Task<ConfigurationOutcome> ReloadAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        await StepAsync("reload", cancellationToken);
        return Take(configuration);
    }

    public Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken) =>
        StepAsync($"note timeline {taken}", cancellationToken);

    public async Task<ConfigurationOutcome> PromoteAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        await StepAsync("promote", cancellationToken);
        InRecovery = false;
        return Take(configuration);
    }

    private ConfigurationOutcome Take(ServerConfiguration configuration)
    {
        _inForce = Outcome is ConfigurationOutcome.Applied ? configuration : _inForce;
        return Outcome;
    }

    public Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken) =>
        StepAsync($"probe {source.Host}", cancellationToken);

    public Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken) =>
        StepAsync("rewind", cancellationToken);

    public async Task CloneAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        journal.Add($"clone {source.Host} begins");
        await HangAsync("clone", cancellationToken);
        await StepAsync($"clone {source.Host}", cancellationToken);
        (HasData, InRecovery) = (true, true);
    }

    public async Task CloneBesideAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        await StepAsync($"clone {source.Host} beside", cancellationToken);
        Replacement = new ReplacementProgress(ReplacementStage.Complete, self);
    }

    public async Task SwapInAsync(CancellationToken cancellationToken)
    {
        await StepAsync("swap in", cancellationToken);
        (HasData, InRecovery) = (true, true);
        Replacement = Replacement! with { Stage = ReplacementStage.Swapped };
    }

    public async Task DropReplacedAsync(CancellationToken cancellationToken)
    {
        await StepAsync("drop replaced", cancellationToken);
        Replacement = null;
    }

    public Task SetUpRolesAsync(CancellationToken cancellationToken) => StepAsync("roles", cancellationToken);

    public Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken) =>
        Task.FromResult(ValueMap<string, string>.Empty.With("work_mem", "8MB"));

    public async Task CreateSlotAsync(string name, CancellationToken cancellationToken)
    {
        await StepAsync("create slot", cancellationToken);
        Slots.Add(name);
    }

    public async Task DropSlotAsync(string name, CancellationToken cancellationToken)
    {
        await StepAsync("drop slot", cancellationToken);
        Slots.Remove(name);
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

    private Task HangAsync(string name, CancellationToken cancellationToken) =>
        Hanging == name ? Task.Delay(TimeSpan.FromDays(1), time, cancellationToken) : Task.CompletedTask;

    private async Task StepAsync(string name, CancellationToken cancellationToken)
    {
        await HangAsync(name, cancellationToken);
        await Task.Delay(StepsTake, time, cancellationToken);
        if (Failing.Contains(name))
        {
            journal.Add($"{name} fails");
            throw new PostgresToolException($"{name} failed");
        }

        journal.Add(name);
    }
}
