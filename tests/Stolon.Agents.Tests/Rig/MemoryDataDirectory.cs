using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Tests.Rig;

/// <summary>The data directory of a <see cref="MemoryPostgres"/>, and the steps that fill, replace and erase
/// it.</summary>
internal abstract class MemoryDataDirectory(List<string> journal, TimeProvider time)
{
    protected List<string> Journal { get; } = journal;

    protected TimeProvider Time { get; } = time;

    /// <summary>The steps as they are run, and how a test makes them fail, hang or take time.</summary>
    public MemorySteps Steps { get; } = new(journal, time);

    /// <summary>Finds the server at an address. Null: every address has one that is like this one.</summary>
    public Func<ServerAddress, MemoryDataDirectory?>? Sources { get; init; }

    /// <summary>Of the data that initdb makes.</summary>
    public string NewSystemIdentifier { get; init; } = "7000000000000000001";

    public bool HasData { get; set; }

    public bool Running { get; set; }

    public bool InRecovery { get; set; }

    public HashSet<string> Slots { get; } = [];

    protected ReplacementProgress? Replacement { get; set; }

    protected string SystemIdentifier
    {
        get => field ?? NewSystemIdentifier;
        set;
    }

    protected Timeline Timeline { get; set; } = new(1);

    protected bool ShutDownCleanly { get; set; }

    /// <summary>What the clone made beside was made from.</summary>
    private MemoryDataDirectory? Beside { get; set; }

    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        RequireNoServer();
        await StepAsync("erase", cancellationToken);
        HasData = false;
    }

    public async Task<string?> SetAsideAsync(CancellationToken cancellationToken)
    {
        RequireNoServer();
        await StepAsync("set aside", cancellationToken);
        var path = HasData ? "postgres.aside" : null;
        HasData = false;
        return path;
    }

    public async Task InitDbAsync(NewConfig config, CancellationToken cancellationToken)
    {
        RequireEmpty();
        await StepAsync("initdb", cancellationToken);
        (HasData, InRecovery, ShutDownCleanly) = (true, false, false);
        (SystemIdentifier, Timeline) = (NewSystemIdentifier, new Timeline(1));
        Slots.Clear();
    }

    public async Task RestoreAsync(string command, CancellationToken cancellationToken)
    {
        RequireEmpty();
        await StepAsync("restore", cancellationToken);
        HasData = true;
    }

    public async Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken)
    {
        await StepAsync($"probe {source.Host}", cancellationToken);
        var found = Source(source).SystemIdentifier;
        if (Sources is not null && (systemIdentifier ?? found) != found)
        {
            throw new PostgresToolException($"{source} has the system identifier {found}");
        }
    }

    public async Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken)
    {
        RequireNoServer();
        await StepAsync("rewind", cancellationToken);
    }

    public async Task CloneAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        RequireEmpty();
        Journal.Add($"clone {source.Host} begins");
        await Steps.HangAsync("clone", cancellationToken);
        await StepAsync($"clone {source.Host}", cancellationToken);
        Become(SourceWith(source, slot));
    }

    public async Task CloneBesideAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        RequireNoServer();
        await StepAsync($"clone {source.Host} beside", cancellationToken);
        Beside = SourceWith(source, slot);
        Replacement = new ReplacementProgress(ReplacementStage.Complete, self);
    }

    public async Task SwapInAsync(CancellationToken cancellationToken)
    {
        RequireNoServer();
        await StepAsync("swap in", cancellationToken);
        Become(Beside ?? this);
        Replacement = Replacement! with { Stage = ReplacementStage.Swapped };
    }

    public async Task DropReplacedAsync(CancellationToken cancellationToken)
    {
        await StepAsync("drop replaced", cancellationToken);
        Replacement = null;
    }

    private void Become(MemoryDataDirectory source)
    {
        (HasData, InRecovery, ShutDownCleanly) = (true, true, false);
        (SystemIdentifier, Timeline) = (source.SystemIdentifier, source.Timeline);
        if (source != this)
        {
            Slots.Clear();
        }
    }

    private MemoryDataDirectory Source(ServerAddress address) => Sources is null
        ? this
        : Sources(address) is { Running: true } source
            ? source
            : throw new PostgresToolException($"could not connect to {address}");

    private MemoryDataDirectory SourceWith(ServerAddress address, string slot) =>
        Source(address) is var source && (Sources is null || source.Slots.Contains(slot))
            ? source
            : throw new PostgresToolException($"replication slot {slot} does not exist");

    protected void RequireNoServer()
    {
        if (Running)
        {
            throw new PostgresToolException("a server runs on this data directory");
        }
    }

    private void RequireEmpty()
    {
        RequireNoServer();
        if (HasData)
        {
            throw new PostgresToolException("the data directory is not empty");
        }
    }

    protected Task StepAsync(string name, CancellationToken cancellationToken) =>
        Steps.RunAsync(name, cancellationToken);
}
