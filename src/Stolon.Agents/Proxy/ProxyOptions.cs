using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>Options of a proxy.</summary>
public sealed record ProxyOptions
{
    public required ProxyUid Uid { get; init; }

    /// <summary>Also close the ports when no check has succeeded for the proxy timeout, so that load balancers notice
    /// it.</summary>
    public bool StopListening { get; init; } = true;

    /// <summary>For the read-only port.</summary>
    public ReadLimits ReadLimits { get; init; } = new();

    /// <summary>The read-only port leads to the primary while there is no standby. Its clients can then
    /// write.</summary>
    public bool ReadFromPrimary { get; init; }

    /// <summary>How long clients may finish after the signal to stop, with the ports closed. Zero: not at all, as in
    /// the original. At most some weeks, the limit of timers.</summary>
    public TimeSpan DrainTimeout { get; init; }
}
