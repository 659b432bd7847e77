using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>The level at which a note is logged.</summary>
public enum NoteSeverity
{
    /// <summary>A change, or something that is being waited for.</summary>
    Information,

    /// <summary>Something failed or was refused.</summary>
    Warning,

    /// <summary>The cluster lacks something that it needs.</summary>
    Error,
}

/// <summary>Something that a decision did or refused, and why. Prints as a sentence; two notes with the same content
/// are equal.</summary>
/// <param name="Severity">The level at which it is logged.</param>
public abstract record SentinelNote(NoteSeverity Severity)
{
    public abstract string Text { get; }

    public sealed override string ToString() => Text;

    public sealed record KeeperRegistered(KeeperUid Keeper) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"keeper {Keeper} has registered";
    }

    public sealed record KeeperFailed(KeeperUid Keeper, TimeSpan Silence) : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"keeper {Keeper} failed: its report is {Silence.TotalSeconds:F1} s late";
    }

    public sealed record KeeperForcedToFail(KeeperUid Keeper) : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"keeper {Keeper} is treated as failed: stolonctl failkeeper";
    }

    public sealed record KeeperContested(KeeperUid Keeper, string Why) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text => $"keeper {Keeper} is contested: {Why}";
    }

    public sealed record KeeperBack(KeeperUid Keeper) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"keeper {Keeper} is healthy again";
    }

    public sealed record KeeperRetired(KeeperUid Keeper, WallTime LastHealthy) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text =>
            $"keeper {Keeper} removed: it has no instance and was last healthy at {LastHealthy}";
    }

    public sealed record InstanceFailed(InstanceUid Instance, KeeperUid Keeper) : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"instance {Instance} on {Keeper} failed";
    }

    public sealed record InstanceBack(InstanceUid Instance, KeeperUid Keeper) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"instance {Instance} on {Keeper} is healthy";
    }

    public sealed record InstanceUnobserved(InstanceUid Instance, KeeperUid Keeper, string Obstacle)
        : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text =>
            $"keeper {Keeper} cannot observe instance {Instance}; it serves, so it is not replaced: {Obstacle}";
    }

    public sealed record NoKeepers() : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => "cannot choose the initial primary: no keepers registered";
    }

    public sealed record NoEligibleKeeper() : SentinelNote(NoteSeverity.Error)
    {
        public override string Text => "cannot choose the initial primary: no healthy keeper may become primary";
    }

    public sealed record ExistingKeeperMissing(string? Keeper) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text => $"cannot choose the initial primary: keeper {Keeper} has not registered";
    }

    public sealed record DataHeldElsewhere(ValueList<KeeperUid> Keepers, string Advice)
        : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text =>
            "cannot choose the initial primary: whole instances of other clusters are on keepers "
            + $"{string.Join(", ", Keepers)}, and no operator has agreed to replace them; {Advice}";
    }

    public sealed record InitialPrimaryChosen(InstanceUid Instance, KeeperUid Keeper)
        : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"instance {Instance} on {Keeper} will become the initial primary";
    }

    public sealed record InitialPrimaryFailed(InstanceUid Instance, KeeperUid Keeper)
        : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text =>
            $"instance {Instance} on {Keeper} was not initialised in time; another keeper is tried";
    }

    public sealed record ClusterInitialised(InstanceUid Primary) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"cluster initialised, primary {Primary}";
    }

    public sealed record PrimaryMissing(InstanceUid? Primary) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text =>
            $"the cluster's primary {Primary} is not among its instances; nothing is decided";
    }

    public sealed record PrimaryNotOk(InstanceUid Primary, string Why) : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"primary {Primary} is not usable: {Why}";
    }

    public sealed record CandidateRejected(InstanceUid Instance, KeeperUid Keeper, string Why)
        : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"instance {Instance} on {Keeper} cannot become primary: {Why}";
    }

    public sealed record NoPrimaryElected(InstanceUid Primary) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text => $"no eligible standby to replace primary {Primary}; it stays";
    }

    public sealed record AllUnhealthy(InstanceUid Primary, string Trouble) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text =>
            $"primary {Primary} and all its standbys report problems: {Trouble}. Nothing is changed, and clients "
            + "stay connected";
    }

    public sealed record PrimaryElected(InstanceUid Winner, KeeperUid Keeper, InstanceUid Replaced)
        : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text =>
            $"electing instance {Winner} on {Keeper} as the new primary in place of {Replaced}";
    }

    /// <param name="Proxies">All proxies that have not confirmed.</param>
    /// <param name="Unreadable">Those whose reports cannot be read.</param>
    public sealed record WaitingForProxies(ValueList<ProxyUid> Proxies, ValueList<ProxyUid> Unreadable)
        : SentinelNote(Unreadable.IsEmpty ? NoteSeverity.Information : NoteSeverity.Warning)
    {
        public override string Text =>
            $"waiting for proxies to disconnect from the old primary: {string.Join(", ", Proxies)}{UnreadableText}";

        /// <summary>Follows the sentence; empty: all reports can be read.</summary>
        public string UnreadableText => string.Concat(Unreadable.Select(proxy =>
            $"; the report of {proxy} (proxies/info/{proxy}) cannot be read, so it is not known whether it has "
            + "disconnected: stop that proxy (soon after, it counts as closed), or update it to a version whose "
            + "reports this sentinel can read"));
    }

    public sealed record WaitingForPrimary(InstanceUid Primary) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"proxies stay closed until primary {Primary} is ready";
    }

    public sealed record ProxiesRouted(InstanceUid? Target) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text =>
            Target is { } target
                ? $"proxies forward to primary {target}"
                : "proxies must close all connections";
    }

    public sealed record TargetRevoked(InstanceUid Primary, string Why) : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"clients are disconnected from primary {Primary} for now: {Why}";
    }

    public sealed record ProxiesEnabled(ValueList<ProxyUid> Proxies) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"enabled proxies: {Proxies}";
    }

    public sealed record InstanceRemoved(InstanceUid Instance, KeeperUid Keeper, string Why)
        : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"removing instance {Instance} on {Keeper}: {Why}";
    }

    public sealed record StandbyNotRebuilt(InstanceUid Instance, KeeperUid Keeper, string Why)
        : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text =>
            $"instance {Instance} on {Keeper} cannot be started and is not rebuilt: {Why}";
    }

    public sealed record StandbyPlaced(InstanceUid Instance, KeeperUid Keeper) : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"adding standby {Instance} on {Keeper}";
    }

    public sealed record StandbyWithoutWal(InstanceUid Instance, KeeperUid Keeper, string Why)
        : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"standby {Instance} on {Keeper} is healthy but receives no WAL: {Why}";
    }

    public sealed record WaitingForSynchronousStandbys(ValueList<InstanceUid> Standbys)
        : SentinelNote(NoteSeverity.Information)
    {
        public override string Text => $"waiting for standbys to be in sync: {string.Join(", ", Standbys)}";
    }

    public sealed record SynchronousStandbysChanged(ValueList<InstanceUid> Standbys, bool Placeholder)
        : SentinelNote(NoteSeverity.Information)
    {
        public override string Text =>
            $"synchronous standbys: {Standbys}" + (Placeholder ? ", commits wait until there are enough" : "");
    }

    public sealed record UidMismatch(string Mismatch) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text =>
            $"nothing is decided, because the cluster data contradict themselves: {Mismatch}; correct them with "
            + "stolonctl clusterdata write";
    }

    public sealed record DecisionRefused(string Violation) : SentinelNote(NoteSeverity.Error)
    {
        public override string Text =>
            $"nothing is written, because this decision breaks an invariant: {Violation}. This is a bug of the "
            + "sentinel; report it with this log and the output of stolonctl clusterdata read";
    }

    public sealed record ClusterDataFault(string Fault) : SentinelNote(NoteSeverity.Warning)
    {
        public override string Text => $"the cluster data have a fault that is not repaired yet: {Fault}";
    }
}
