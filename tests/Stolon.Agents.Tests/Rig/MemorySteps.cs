using Stolon.Agents.Ports.Postgres;

namespace Stolon.Agents.Tests.Rig;

/// <summary>Runs the steps of a <see cref="MemoryPostgres"/> and writes each into the journal.</summary>
internal sealed class MemorySteps(List<string> journal, TimeProvider time)
{
    /// <summary>Steps that fail, by name.</summary>
    public HashSet<string> Failing { get; } = [];

    /// <summary>A step that does not end, by name; null: none.</summary>
    public string? Hanging { get; set; }

    /// <summary>How long every step takes.</summary>
    public TimeSpan Duration { get; set; }

    public Task HangAsync(string name, CancellationToken cancellationToken) =>
        Hanging == name ? Task.Delay(TimeSpan.FromDays(1), time, cancellationToken) : Task.CompletedTask;

    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        await HangAsync(name, cancellationToken);
        await Task.Delay(Duration, time, cancellationToken);
        if (Failing.Contains(name))
        {
            journal.Add($"{name} fails");
            throw new PostgresToolException($"{name} failed");
        }

        journal.Add(name);
    }
}
