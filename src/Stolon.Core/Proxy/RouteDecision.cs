using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Proxy;

/// <summary>The destination of one proxy, and what it must confirm to the sentinel (docs/spec/proxy-rules.md 3, 6 to
/// 10).</summary>
public abstract record RouteDecision
{
    private RouteDecision()
    {
    }

    /// <summary>No destination. Close all connections, then confirm this generation.</summary>
    public sealed record Closed(Generation Generation) : RouteDecision;

    /// <summary>There is a primary, but this proxy is not enabled: confirm this generation, and close all
    /// connections.</summary>
    public sealed record NotEnabled(Generation Generation) : RouteDecision;

    /// <summary>To the primary, after this generation was confirmed.</summary>
    public sealed record Open(ServerAddress Destination, Generation Generation) : RouteDecision;

    /// <summary>The primary's address is unknown: close all connections, confirm nothing.</summary>
    public sealed record Unreachable(InstanceUid Target) : RouteDecision;

    public static RouteDecision For(ClusterData data, ProxyUid self)
    {
        var directive = data.Proxy;
        if (directive.Target is not { } target || !data.Instances.TryGetValue(target, out var primary))
        {
            return new Closed(directive.Generation);
        }

        // The directive's address comes first: a second keeper with the primary's uid may report another one.
        if ((directive.Address ?? DesiredConfiguration.AddressOf(primary)) is not { } address)
        {
            return new Unreachable(target);
        }

        return directive.EnabledProxies.Contains(self)
            ? new Open(address, directive.Generation)
            : new NotEnabled(directive.Generation);
    }
}
