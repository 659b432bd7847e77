using System.Net;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Short forms of the routes that a proxy sets.</summary>
internal static class Routing
{
    /// <summary>As on the primary's port: to one primary or to no destination.</summary>
    public static void Route(this IForwarder forwarder, IPEndPoint? primary) =>
        forwarder.Route(primary is null ? [] : [At(primary)], CutCause.PrimaryChanged);

    /// <summary>As on a read-only port.</summary>
    public static void RouteAmong(this IForwarder forwarder, params (Destination Server, int Rank)[] servers) =>
        forwarder.Route([.. servers.Select(s => At(s.Server.Address, s.Rank))], CutCause.StandbyGone);

    private static Agents.Ports.Proxy.Destination At(IPEndPoint address, int rank = 0) =>
        new() { Address = address, Role = DestinationRole.Primary, Rank = rank };
}
