using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Model;

/// <summary>What all proxies must do (docs/spec/cluster-data.md 5).</summary>
/// <remarks>Invariants, checked before every write of a sentinel (<see cref="Invariants"/>): the target is the
/// cluster's primary, or there is none; without a target there is no address; the generation never falls, and rises
/// with each change of the target or of the enabled proxies; the target never changes directly from one instance to
/// another.</remarks>
public sealed record ProxyDirective
{
    /// <summary>One more at each change of the target or of the enabled proxies.</summary>
    public Generation Generation { get; init; }

    public WallTime ChangeTime { get; init; }

    /// <summary>The instance to forward to. Null: every proxy must close all connections.</summary>
    public InstanceUid? Target { get; init; }

    /// <summary>The target's address when it was chosen; a server that reports the target's uid from elsewhere is not
    /// the target. Null: there is no target, or its address is not known. Not in stolon's format: its programs skip
    /// this and drop it at their next write.</summary>
    public ServerAddress? Address { get; init; }

    /// <summary>Sorted; only these may forward. The format does not distinguish null from empty.</summary>
    public ValueList<ProxyUid> EnabledProxies { get; init; }
}
