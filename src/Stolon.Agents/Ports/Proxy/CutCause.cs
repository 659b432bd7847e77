namespace Stolon.Agents.Ports.Proxy;

/// <summary>Why the proxy closed connections that neither end had closed.</summary>
public enum CutCause
{
    /// <summary>There is no primary, or another one, or its address has changed.</summary>
    PrimaryChanged,

    /// <summary>The sentinel has not enabled this proxy.</summary>
    NotEnabled,

    /// <summary>There are no cluster data, or they cannot be used.</summary>
    NoClusterData,

    /// <summary>No check succeeded for the proxy timeout.</summary>
    StoreSilent,

    /// <summary>The standby has been removed, is unhealthy or has not carried out its specification.</summary>
    StandbyGone,

    /// <summary>The standby is further behind than the limits allow.</summary>
    StandbyBehind,

    /// <summary>The standby has become the primary.</summary>
    StandbyPromoted,

    /// <summary>The proxy ends.</summary>
    Shutdown,
}
