using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Proxy;

/// <summary>Where one proxy sends its clients, and what it owes the sentinel first (proxy.md 3, 6 to 10).</summary>
public abstract record RouteDecision
{
    private RouteDecision()
    {
    }

    /// <summary>Nowhere. Close everything, and then confirm this generation.</summary>
    public sealed record Closed(Generation Generation) : RouteDecision;

    /// <summary>There is a primary, but this proxy is not among the enabled ones: confirm this generation, and
    /// close.</summary>
    public sealed record NotEnabled(Generation Generation) : RouteDecision;

    /// <summary>To the primary, once this generation has been confirmed.</summary>
    public sealed record Open(ServerAddress Destination, Generation Generation) : RouteDecision;

    /// <summary>A primary whose address is not known: close, confirm nothing.</summary>
    public sealed record Unreachable(InstanceUid Target) : RouteDecision;

    public static RouteDecision For(ClusterData data, ProxyUid self)
    {
        var directive = data.Proxy;
        if (directive.Target is not { } target || !data.Instances.TryGetValue(target, out var primary))
        {
            return new Closed(directive.Generation);
        }

        // Whoever reports as the primary from elsewhere is not where this directive leads.
        if ((directive.Address ?? DesiredConfiguration.AddressOf(primary)) is not { } address)
        {
            return new Unreachable(target);
        }

        return directive.EnabledProxies.Contains(self)
            ? new Open(address, directive.Generation)
            : new NotEnabled(directive.Generation);
    }
}
