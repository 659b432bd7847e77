using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>The last act of a run with synchronous replication and more than one standby: one that commits wait for is
/// well but gets no WAL any more. Others stream, so commits must go on.</summary>
internal sealed class CommitsContinue(SimulatedWorld world)
{
    /// <summary>How long they may wait.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private TimeSpan _since;

    /// <returns>False: there is nobody to be spared in this cluster.</returns>
    public bool Begin(SimulatedServer primary)
    {
        if (!world.Options.Synchronous || world.Options.Keepers < 3 || primary.SynchronousStandbys.IsEmpty)
        {
            return false;
        }

        var name = ReplicationSlotName.Of(primary.SynchronousStandbys[0]);
        var standby = world.Hosts.First(h => h.Server?.Receiving?.Name == name);
        world.Trace.Write("--", $"{standby.Name} gets no WAL any more, for good");
        standby.AllowWal(false);
        _since = world.Scheduler.Now;
        return true;
    }

    /// <summary>What is missing; null: nothing.</summary>
    public string? Missing()
    {
        // What was under way before may have been acknowledged a moment later.
        var from = _since + TimeSpan.FromSeconds(1);
        var silent = world.Proxies.FirstOrDefault(
            p => !world.Ledger.Acknowledged.Any(a => a.Proxy == p.Name && a.At > from && a.At > Unblocked()));
        return silent is null ? null : $"nothing is committed through {silent.Name} since a standby gets no WAL";
    }

    /// <summary>Commits go on for good only once the standby is not waited for any more.</summary>
    private TimeSpan Unblocked() =>
        world.Store.Peek() is { } data && data.Cluster.Primary is { } uid && data.Instances.TryGetValue(uid, out var i)
        && (i.Spec.SynchronousStandbys ?? []).All(Streams)
            ? _since
            : TimeSpan.MaxValue;

    private bool Streams(InstanceUid standby) =>
        world.Hosts.Any(h => h.Server?.Receiving is { Streaming: true } r && r.Name == ReplicationSlotName.Of(standby));
}
