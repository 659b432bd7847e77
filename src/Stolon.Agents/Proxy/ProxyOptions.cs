using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>What a proxy is started with.</summary>
public sealed record ProxyOptions
{
    public required ProxyUid Uid { get; init; }

    /// <summary>Also close the ports when the store has been silent for too long, so that load balancers see
    /// it.</summary>
    public bool StopListening { get; init; } = true;

    /// <summary>For the read-only port.</summary>
    public ReadLimits ReadLimits { get; init; } = new();

    /// <summary>The read-only port leads to the primary while it has no standby. Readers can then write.</summary>
    public bool ReadFromPrimary { get; init; }

    /// <summary>When told to stop: how long clients may go on, the ports being closed. Zero: not at all, as the
    /// original. At most some weeks, as timers go.</summary>
    public TimeSpan DrainTimeout { get; init; }
}
