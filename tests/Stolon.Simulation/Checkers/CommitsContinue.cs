using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>The last phase of a run with synchronous replication and at least three keepers: a synchronous standby
/// stays healthy but gets no WAL any more. Other standbys stream, so commits must continue.</summary>
internal sealed class CommitsContinue(SimulatedWorld world)
{
    /// <summary>How long commits may wait.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private TimeSpan _since;

    /// <returns>False: the cluster has no other standby to replace this one.</returns>
    public bool Begin(SimulatedServer primary)
    {
        if (!world.Options.Synchronous || world.Options.Keepers < 3 || primary.SynchronousStandbys.IsEmpty)
        {
            return false;
        }

        var name = ReplicationSlotName.Of(primary.SynchronousStandbys[0]);
        var standby = world.Hosts.First(h => h.Server?.Receiving?.Name == name);
        world.Trace.Write("--", $"{standby.Name} permanently gets no WAL");
        standby.AllowWal(false);
        _since = world.Scheduler.Now;
        return true;
    }

    /// <summary>What is missing; null: nothing.</summary>
    public string? Missing()
    {
        // Commits sent before may have been acknowledged a moment later.
        var from = _since + TimeSpan.FromSeconds(1);
        var silent = world.Proxies.FirstOrDefault(
            p => !world.Ledger.Acknowledged.Any(a => a.Proxy == p.Name && a.At > from && a.At > Unblocked()));
        return silent is null ? null : $"nothing is committed through {silent.Name} since a standby gets no WAL";
    }

    /// <summary>Commits continue for certain only when the standby is not synchronous any more.</summary>
    private TimeSpan Unblocked() =>
        world.Store.Peek() is { } data && data.Cluster.Primary is { } uid && data.Instances.TryGetValue(uid, out var i)
        && (i.Spec.SynchronousStandbys ?? []).All(Streams)
            ? _since
            : TimeSpan.MaxValue;

    private bool Streams(InstanceUid standby) =>
        world.Hosts.Any(h => h.Server?.Receiving is { Streaming: true } r && r.Name == ReplicationSlotName.Of(standby));
}
