using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Model;

/// <summary>What all proxies shall do (cluster-data.md 5).</summary>
public sealed record ProxyDirective
{
    /// <summary>One more at each change of the target or of the enabled proxies.</summary>
    public Generation Generation { get; init; }

    public WallTime ChangeTime { get; init; }

    /// <summary>The instance to forward to. Null: every proxy must close everything.</summary>
    public InstanceUid? Target { get; init; }

    /// <summary>Where the target was when it was chosen: whoever else says to be the target is not it. Null: there is
    /// no target, or this is not known; the original's programs skip it and drop it at their next write.</summary>
    public ServerAddress? Address { get; init; }

    /// <summary>Sorted; only these may forward. The format cannot tell null from empty, so neither do we.</summary>
    public ValueList<ProxyUid> EnabledProxies { get; init; }
}
