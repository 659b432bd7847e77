using Stolon.Core.Model;

namespace Stolon.Simulation.World;

/// <summary>A deliberate defect that the checkers must find.</summary>
internal enum Sabotage
{
    None,

    /// <summary>The failover names the new primary at once, without the step in which all proxies close their
    /// connections.</summary>
    SkipEmptyTarget,

    /// <summary>A proxy without access to the store continues to forward.</summary>
    IgnoreProxyDeadline,

    /// <summary>PostgreSQL acknowledges commits before the synchronous standbys have them.</summary>
    AcknowledgeBeforeStandbys,

    /// <summary>A read-only port continues to use a standby that was elected.</summary>
    KeepElectedStandbys,

    /// <summary>The old data are deleted before the clone that replaces them is complete.</summary>
    EraseBeforeCloneIsComplete,
}

/// <summary>The settings of one simulation, drawn from its seed.</summary>
internal sealed record SimulationOptions
{
    public required int Seed { get; init; }

    public Sabotage Sabotage { get; init; }

    public required int Keepers { get; init; }

    public required int Sentinels { get; init; }

    public required int Proxies { get; init; }

    public required int Writers { get; init; }

    /// <summary>Factor of all latencies.</summary>
    public required double Slowness { get; init; }

    /// <summary>Mean time between two faults.</summary>
    public required TimeSpan FaultInterval { get; init; }

    /// <summary>When faults begin, and when all are healed.</summary>
    public required TimeSpan FaultsFrom { get; init; }

    public required TimeSpan FaultsUntil { get; init; }

    /// <summary>How long a sentinel's candidacy stays after its end.</summary>
    public required TimeSpan LeaseTimeToLive { get; init; }

    public required ClusterSpec Spec { get; init; }

    /// <summary>Sometimes a keeper's disk is copied, and a second keeper with its uid runs from the copy. No other
    /// fault happens, because when one of the two is dead, the other one rightly counts as this keeper.</summary>
    public bool Copies { get; init; }

    public bool Synchronous => Spec.SynchronousReplication == true;

    public static SimulationOptions Draw(int seed, Sabotage sabotage = Sabotage.None)
    {
        var chance = new Chance(seed, stream: 1);
        var synchronous = chance.Of(0.6);
        var proxyTimeout = chance.Seconds(3, 15);
        var faultsFrom = chance.Seconds(20, 60);
        return new SimulationOptions
        {
            Seed = seed,
            Sabotage = sabotage,
            Keepers = chance.Between(2, 4),
            Sentinels = chance.Between(1, 3),
            Proxies = chance.Between(1, 3),
            Writers = chance.Between(1, 3),
            Slowness = chance.Between(1, 5),
            FaultInterval = chance.Seconds(3, 20),
            FaultsFrom = faultsFrom,
            FaultsUntil = faultsFrom + chance.Seconds(90, 180),
            LeaseTimeToLive = TimeSpan.FromSeconds(chance.Between(4, 20)),
            Spec = new ClusterSpec
            {
                InitMode = ClusterInitMode.New,
                SynchronousReplication = synchronous,
                MinSynchronousStandbys = 1,
                MaxSynchronousStandbys = (ushort)chance.Between(1, 2),
                UsePgRewind = chance.Of(0.5),
                SleepInterval = chance.Seconds(0.5, 5),
                RequestTimeout = TimeSpan.FromSeconds(chance.Between(5, 10)),
                FailInterval = chance.Seconds(2, 20),
                ConvergenceTimeout = chance.Seconds(8, 30),
                InitTimeout = TimeSpan.FromSeconds(60),
                SyncTimeout = chance.Of(0.5) ? TimeSpan.Zero : TimeSpan.FromSeconds(60),
                ProxyTimeout = proxyTimeout,
                ProxyCheckInterval = proxyTimeout / 3,
            },
        };
    }

    public override string ToString() =>
        $"seed {Seed}{(Sabotage == Sabotage.None ? "" : $", sabotage {Sabotage}")}: {Keepers} keepers, "
        + $"{Sentinels} sentinels, {Proxies} proxies, {Writers} writers, slowness {Slowness}, faults every "
        + $"{Text(FaultInterval)} from {Text(FaultsFrom)} to {Text(FaultsUntil)}; synchronous {Synchronous} "
        + $"({Spec.MinSynchronousStandbys}..{Spec.MaxSynchronousStandbys}), rewind {Spec.UsePgRewind}, sleep "
        + $"{Text(Spec.SleepInterval)}, fail {Text(Spec.FailInterval)}, convergence {Text(Spec.ConvergenceTimeout)}, "
        + $"sync {Text(Spec.SyncTimeout)}, proxy {Text(Spec.ProxyCheckInterval)}/{Text(Spec.ProxyTimeout)}, "
        + $"request {Text(Spec.RequestTimeout)}, lease {Text(LeaseTimeToLive)}";

    private static string Text(TimeSpan? span) => $"{span?.TotalSeconds:F1} s";
}
