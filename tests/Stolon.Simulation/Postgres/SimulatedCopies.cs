using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>A keeper's data made, replaced and deleted. It may die in the middle of each.</summary>
internal sealed class SimulatedCopies(SimulatedWorld world, SimulatedProcess keeper, SimulatedHost host)
{
    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.01, 0.3, cancellationToken);
        NoServer();
        Delete();
        world.Trace.Write(host.Name, "data directory erased");
    }

    public async Task<string?> SetAsideAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.01, 0.3, cancellationToken);
        NoServer();
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

    public async Task CloneAsync(ServerAddress source, string slot, CancellationToken cancellationToken)
    {
        RequireEmpty();
        var server = SourceWith(source, slot);
        host.HasFiles = true;
        await PassAsync(0.5, 8, cancellationToken);
        host.Data = Source(source, server).Data.CopyAsStandby();
        world.Trace.Write(host.Name, $"cloned from {source} at {host.Data.End}");
    }

    public async Task CloneBesideAsync(
        ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken)
    {
        NoServer();
        var server = SourceWith(source, slot);
        host.Beside = null;
        if (host.Replacement is { Stage: ReplacementStage.Whole })
        {
            host.Replacement = null;
        }

        if (world.Options.Sabotage == Sabotage.EraseBeforeTheCloneIsWhole)
        {
            Delete();
        }

        await PassAsync(0.5, 8, cancellationToken);
        host.Beside = Source(source, server).Data.CopyAsStandby();
        host.Replacement = new ReplacementProgress(ReplacementStage.Whole, self);
        world.Trace.Write(host.Name, $"cloned beside from {source} at {host.Beside.End}");
    }

    public async Task SwapInAsync(CancellationToken cancellationToken)
    {
        NoServer();
        if (host.Replacement is { Stage: ReplacementStage.Whole } whole)
        {
            // The keeper may die between the two.
            (host.Replaced, host.Data, host.HasFiles) = (host.Data, null, false);
            host.Replacement = whole with { Stage = ReplacementStage.Swapping };
        }

        await PassAsync(0.002, 0.03, cancellationToken);
        if (host.Replacement is { Stage: ReplacementStage.Swapping } swapping)
        {
            (host.Data, host.Beside, host.HasFiles) = (host.Beside, null, true);
            host.Replacement = swapping with { Stage = ReplacementStage.Swapped };
            world.Trace.Write(host.Name, "the clone is in place");
        }
    }

    public async Task DropReplacedAsync(CancellationToken cancellationToken)
    {
        await PassAsync(0.01, 0.3, cancellationToken);
        if (host.Replaced is { } replaced)
        {
            world.LastCopy.Check(host, row => replaced.Holds(row) && host.Data?.Holds(row) != true);
        }

        (host.Replaced, host.Replacement) = (null, null);
        world.Trace.Write(host.Name, "replaced data deleted");
    }

    public void NoServer()
    {
        if (host.Server is not null)
        {
            throw new PostgresToolException("a server runs on this data directory");
        }
    }

    public void RequireEmpty()
    {
        NoServer();
        if (host.HasFiles)
        {
            throw new PostgresToolException("the data directory is not empty");
        }
    }

    /// <param name="same">It must still be this run of it.</param>
    public SimulatedServer Source(ServerAddress address, SimulatedServer? same = null) =>
        world.ServerAt(address, host.Name) is { Answers: true } server && (same is null || same == server)
            ? server
            : throw new PostgresToolException($"could not connect to {address}");

    private void Delete()
    {
        if (host.Data is { } data)
        {
            world.LastCopy.Check(host, data.Holds);
            world.LastCopy.CheckBesideTheSource(host);
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

    private Task PassAsync(double least, double most, CancellationToken cancellationToken) =>
        Task.Delay(world.Chance.Seconds(least, most), keeper.Time, cancellationToken);
}
