using System.Net;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Short words for what a proxy tells its port.</summary>
internal static class Routing
{
    /// <summary>As a proxy's main port does: to one primary or to nobody.</summary>
    public static void Route(this IForwarder forwarder, IPEndPoint? primary) =>
        forwarder.Route(primary is null ? [] : [At(primary)], CutCause.PrimaryChanged);

    /// <summary>As a read-only port does.</summary>
    public static void RouteAmong(this IForwarder forwarder, params (Destination Server, int Rank)[] servers) =>
        forwarder.Route([.. servers.Select(s => At(s.Server.Address, s.Rank))], CutCause.StandbyGone);

    private static Agents.Ports.Proxy.Destination At(IPEndPoint address, int rank = 0) =>
        new() { Address = address, Role = DestinationRole.Primary, Rank = rank };
}
