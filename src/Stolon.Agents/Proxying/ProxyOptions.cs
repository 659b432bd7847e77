using Stolon.Core.Model;

namespace Stolon.Agents.Proxying;

/// <summary>What a proxy is started with.</summary>
public sealed record ProxyOptions
{
    public required ProxyUid Uid { get; init; }

    /// <summary>Also close the port when the store has been silent for too long, so that load balancers see
    /// it.</summary>
    public bool StopListening { get; init; } = true;
}
