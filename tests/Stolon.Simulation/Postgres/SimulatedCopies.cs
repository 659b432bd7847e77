using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>Creates, replaces and deletes a keeper's data. The keeper may die during each operation.</summary>
internal sealed class SimulatedCopies(SimulatedWorld world, SimulatedProcess keeper, SimulatedHost host)
{
    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(0.01, 0.3, cancellationToken);
        RequireNoServer();
        Delete();
        world.Trace.Write(host.Name, "data directory erased");
    }

    public async Task<string?> SetAsideAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(0.01, 0.3, cancellationToken);
        RequireNoServer();
        if (!host.HasFiles)
        {
            return null;
        }

        (host.Data, host.HasFiles) = (null, false);
        world.Trace.Write(host.Name, "data directory moved aside");
        return "aside";
    }

    public async Task RewindAsync(ServerAddress primary, CancellationToken cancellationToken)
    {
        RequireNoServer();
        var source = Source(primary);
        if (host.Data is not { } data || data.SystemIdentifier != source.Data.SystemIdentifier)
        {
            throw new PostgresToolException("pg_rewind: source and target are from different systems");
        }

        world.LastCopy.Check(host, row => data.Contains(row) && !source.Data.Contains(row));
        host.Data = null;
        await DelayAsync(0.3, 3, cancellationToken);
        host.Data = Source(primary, source).Data.CopyAsStandby();
        world.Trace.Write(host.Name, $"rewound to {primary} at {host.Data.End}");
    }

    public async Task CloneAsync(ServerAddress source, string slot, CancellationToken cancellationToken)
    {
        RequireEmpty();
        var server = SourceWith(source, slot);
        host.HasFiles = true;
        await DelayAsync(0.5, 8, cancellationToken);
        host.Data = Source(source, server).Data.CopyAsStandby();
        world.Trace.Write(host.Name, $"cloned from {source} at {host.Data.End}");
    }

    public async Task CloneBesideAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        RequireNoServer();
        var server = SourceWith(source, slot);
        host.Beside = null;
        if (host.Replacement is { Stage: ReplacementStage.Complete })
        {
            host.Replacement = null;
        }

        if (world.Options.Sabotage == Sabotage.EraseBeforeCloneIsComplete)
        {
            Delete();
        }

        await DelayAsync(0.5, 8, cancellationToken);
        host.Beside = Source(source, server).Data.CopyAsStandby();
        host.Replacement = new ReplacementProgress(ReplacementStage.Complete, self);
        world.Trace.Write(host.Name, $"cloned beside from {source} at {host.Beside.End}");
    }

    public async Task SwapInAsync(CancellationToken cancellationToken)
    {
        RequireNoServer();
        if (host.Replacement is { Stage: ReplacementStage.Complete } whole)
        {
            // The keeper may die between the two moves.
            (host.Replaced, host.Data, host.HasFiles) = (host.Data, null, false);
            host.Replacement = whole with { Stage = ReplacementStage.Swapping };
        }

        await DelayAsync(0.002, 0.03, cancellationToken);
        if (host.Replacement is { Stage: ReplacementStage.Swapping } swapping)
        {
            (host.Data, host.Beside, host.HasFiles) = (host.Beside, null, true);
            host.Replacement = swapping with { Stage = ReplacementStage.Swapped };
            world.Trace.Write(host.Name, "the clone is in place");
        }
    }

    public async Task DropReplacedAsync(CancellationToken cancellationToken)
    {
        await DelayAsync(0.01, 0.3, cancellationToken);
        if (host.Replaced is { } replaced)
        {
            world.LastCopy.Check(host, row => replaced.Contains(row) && host.Data?.Contains(row) != true);
        }

        (host.Replaced, host.Replacement) = (null, null);
        world.Trace.Write(host.Name, "replaced data deleted");
    }

    public void RequireNoServer()
    {
        if (host.Server is not null)
        {
            throw new PostgresToolException("a server runs on this data directory");
        }
    }

    public void RequireEmpty()
    {
        RequireNoServer();
        if (host.HasFiles)
        {
            throw new PostgresToolException("the data directory is not empty");
        }
    }

    /// <param name="same">It must still be this run of the server.</param>
    public SimulatedServer Source(ServerAddress address, SimulatedServer? same = null) =>
        world.ServerAt(address, host.Name) is { Answers: true } server && (same is null || same == server)
            ? server
            : throw new PostgresToolException($"could not connect to {address}");

    private void Delete()
    {
        if (host.Data is { } data)
        {
            world.LastCopy.Check(host, data.Contains);
            world.LastCopy.CheckOtherCopies(host);
        }

        (host.Data, host.HasFiles) = (null, false);
        if (host.Replacement is { Stage: ReplacementStage.Swapped } kept)
        {
            host.Replacement = kept with { Instance = null };
        }
    }

    private SimulatedServer SourceWith(ServerAddress source, string slot) =>
        Source(source) is var server && server.Data.Slots.Contains(slot)
            ? server
            : throw new PostgresToolException($"pg_basebackup: replication slot {slot} does not exist");

    private Task DelayAsync(double min, double max, CancellationToken cancellationToken) =>
        Task.Delay(world.Chance.Seconds(min, max), keeper.Time, cancellationToken);
}
