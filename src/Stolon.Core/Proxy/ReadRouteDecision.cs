using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Proxy;

/// <summary>Which standbys the read-only port leads to, from the same read that decides where the main port
/// leads.</summary>
/// <remarks>A standby is taken in when it is certain to be one: healthy, converged (a keeper that has not yet carried
/// out its specification may still run the primary it was before), on the primary's timeline and well within the
/// limits. It is kept until something speaks against it: a change of its specification, or of the primary it follows,
/// interrupts nobody, for an instance that has been a standby becomes a primary or goes, but never becomes a standby
/// again (<see cref="PrimaryHandover"/>, <see cref="StandbyRetirement"/>). While there is no healthy primary its
/// standbys stay readable.</remarks>
public sealed record ReadRouteDecision
{
    /// <summary>Sorted by instance; no address twice.</summary>
    public ValueList<ReadTarget> Targets { get; private init; }

    /// <summary>Every other instance there is, and why.</summary>
    public ValueMap<InstanceUid, StandbyRefusal> Refused { get; private init; } =
        ValueMap<InstanceUid, StandbyRefusal>.Empty;

    public required ReadRouteMemory Memory { get; init; }

    /// <param name="now">On the caller's monotonic clock, since any fixed moment.</param>
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
        memory = memory with { PositionHistory = memory.PositionHistory.Observe(primary, data.ChangeTime, now, horizon) };
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

/// <summary>A standby that may be read from.</summary>
/// <param name="Behind">Further than the reports' own inexactness: others are preferred.</param>
public sealed record ReadTarget(InstanceUid Instance, ServerAddress Address, bool Behind);

/// <summary>What a proxy remembers between checks for its read-only port.</summary>
public sealed record ReadRouteMemory
{
    /// <summary>Whose memory; null: of nothing yet.</summary>
    public ClusterUid? Cluster { get; init; }

    public PrimaryPositionHistory PositionHistory { get; init; } = new();

    /// <summary>The standbys that are being read from, sorted.</summary>
    public ValueList<InstanceUid> Served { get; init; }

    /// <summary>After everything was closed: who is to be read from must qualify anew.</summary>
    public ReadRouteMemory Closed() => this with { Served = [] };
}
