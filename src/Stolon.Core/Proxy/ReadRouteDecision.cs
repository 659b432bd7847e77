using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Proxy;

/// <summary>The standbys that the read-only port uses, from the same read as the main port's destination.</summary>
/// <remarks>A standby is added when it is certainly a standby: healthy, converged (otherwise the keeper may still run
/// the earlier primary), on the primary's timeline and well within the limits. It is used until a reason against it
/// appears. A change of its specification, or of the primary, does not interrupt clients: a standby may become primary
/// or be removed, but an instance never becomes a standby again (<see cref="PrimaryHandover"/>,
/// <see cref="StandbyRetirement"/>). While there is no healthy primary, its standbys stay readable.</remarks>
public sealed record ReadRouteDecision
{
    /// <summary>Sorted by instance; no address twice.</summary>
    public ValueList<ReadTarget> Targets { get; private init; }

    /// <summary>All other instances, with the reason.</summary>
    public ValueMap<InstanceUid, StandbyRefusal> Refused { get; private init; } =
        ValueMap<InstanceUid, StandbyRefusal>.Empty;

    public required ReadRouteMemory Memory { get; init; }

    /// <param name="now">On the caller's monotonic clock, from any fixed origin.</param>
    public static ReadRouteDecision For(ClusterData data, ReadLimits limits, ReadRouteMemory memory, TimeSpan now)
    {
        if (memory.Cluster != data.Cluster.Uid)
        {
            memory = new ReadRouteMemory { Cluster = data.Cluster.Uid };
        }

        if (data.Instances.Find(data.Cluster.Primary) is not { } primary)
        {
            return new ReadRouteDecision { Memory = memory.Closed() };
        }

        var resolution = ReadEligibility.Resolution(data);
        var horizon = limits.MaxLag > resolution ? limits.MaxLag : resolution;
        memory = memory with
        {
            PositionHistory = memory.PositionHistory.Observe(primary, data.ChangeTime, now, horizon),
        };
        return Judge(data, new ReadEligibility(primary, limits, memory, resolution));
    }

    private static ReadRouteDecision Judge(ClusterData data, ReadEligibility judgement)
    {
        var targets = ValueList<ReadTarget>.Empty;
        var refused = ValueMap<InstanceUid, StandbyRefusal>.Empty;
        foreach (var instance in data.Instances.Values)
        {
            if (judgement.RefusalFor(instance) is { } refusal)
            {
                refused = refused.With(instance.Uid, refusal);
                continue;
            }

            var address = DesiredConfiguration.AddressOf(instance)!;
            if (targets.Any(t => t.Address == address))
            {
                refused = refused.With(instance.Uid, new StandbyRefusal(RefusalReason.NoAddress));
                continue;
            }

            targets = targets.Add(new ReadTarget(instance.Uid, address, judgement.IsBehind(instance)));
        }

        return new ReadRouteDecision
        {
            Targets = targets,
            Refused = refused,
            Memory = judgement.Memory with { Served = targets.Select(t => t.Instance).ToSortedSet() },
        };
    }
}

/// <summary>A standby that the read-only port may use.</summary>
/// <param name="Behind">By more than the resolution of the reports: others are preferred.</param>
public sealed record ReadTarget(InstanceUid Instance, ServerAddress Address, bool Behind);

/// <summary>The state that a proxy keeps between checks for its read-only port.</summary>
public sealed record ReadRouteMemory
{
    /// <summary>The cluster of this state; null: none yet.</summary>
    public ClusterUid? Cluster { get; init; }

    public PrimaryPositionHistory PositionHistory { get; init; } = new();

    /// <summary>The standbys in use, sorted.</summary>
    public ValueList<InstanceUid> Served { get; init; }

    /// <summary>After all connections were closed: every standby must qualify again.</summary>
    public ReadRouteMemory Closed() => this with { Served = [] };
}
