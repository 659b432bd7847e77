namespace Stolon.Agents.Ports.Proxy;

/// <summary>Why connections were closed that neither end had ended.</summary>
public enum CutCause
{
    /// <summary>There is no primary, or another one, or it is elsewhere.</summary>
    PrimaryChanged,

    /// <summary>The sentinel has not enabled this proxy.</summary>
    NotEnabled,

    /// <summary>There is no cluster data, or it cannot be used.</summary>
    NoClusterData,

    /// <summary>The store was silent for the proxy timeout.</summary>
    StoreSilent,

    /// <summary>The standby has been removed, is unhealthy or has not carried out its specification.</summary>
    StandbyGone,

    /// <summary>The standby is further behind than readers were promised.</summary>
    StandbyBehind,

    /// <summary>The standby has become the primary.</summary>
    StandbyPromoted,

    /// <summary>The proxy ends.</summary>
    Shutdown,
}
