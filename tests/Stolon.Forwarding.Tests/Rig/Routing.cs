using System.Net;
using Stolon.Ports.Proxy;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Routes as a proxy's main port does: to one primary or to nobody.</summary>
internal static class Routing
{
    public static void Route(this IForwarder forwarder, IPEndPoint? primary) => forwarder.Route(
        primary is null ? [] : [new() { Address = primary, Role = DestinationRole.Primary }], CutCause.PrimaryChanged);
}
