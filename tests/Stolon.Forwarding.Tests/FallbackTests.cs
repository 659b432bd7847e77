using System.Net;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;
using CutCause = Stolon.Agents.Ports.Proxy.CutCause;
using DestinationRole = Stolon.Agents.Ports.Proxy.DestinationRole;

namespace Stolon.Forwarding.Tests;

/// <summary>A client is joined with another destination if one does not answer.</summary>
public abstract class FallbackTests(EngineKind kind)
{
    [Fact]
    public async Task A_destination_that_refuses_is_skipped()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.Nowhere(kind);
        using var figures = new Figures();
        forward.Engine.Route([Dead(0), At(server.Address, 1)], CutCause.StandbyGone);
        for (var i = 0; i < 5; i++)
        {
            using var client = await Client.ConnectAsync(forward.Address);
            Assert.Equal("served", await client.EchoAsync("served"));
        }

        Assert.Equal(0, figures.Read("stolon_proxy_connections_refused_total"));
    }

    [Fact]
    public async Task A_destination_that_does_not_answer_is_skipped_and_remembered()
    {
        var (hole, fillers) = await Destination.BlackHole();
        using var silent = hole;
        using var server = Destination.Echo();
        await using var forward = Forward.Nowhere(
            kind, Forward.Options with { DialTimeout = TimeSpan.FromMilliseconds(300) });
        using var figures = new Figures();
        forward.Engine.RouteAmong((silent, 0), (server, 1));
        for (var i = 0; i < 5; i++)
        {
            using var client = await Client.ConnectAsync(forward.Address);
            Assert.Equal("served", await client.EchoAsync("served"));
        }

        Assert.Equal(6, figures.Read("stolon_proxy_dials_total"));
        fillers.ForEach(f => f.Dispose());
    }

    [Fact]
    public async Task A_client_is_closed_if_no_destination_accepts()
    {
        await using var forward = Forward.Nowhere(kind);
        using var figures = new Figures();
        forward.Engine.Route([Dead(0), Dead(0), Dead(1)], CutCause.StandbyGone);
        using var client = await Client.ConnectAsync(forward.Address);
        await client.EndsAsync();
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        Assert.Equal(3, figures.Read("stolon_proxy_dials_total"));
        Assert.Equal(3, figures.Read("stolon_proxy_dial_errors_total"));
        Assert.Equal(1, figures.Read("stolon_proxy_connections_refused_total"));
    }

    private static Agents.Ports.Proxy.Destination Dead(int rank) => At(new(IPAddress.Loopback, FreePort.Next()), rank);

    private static Agents.Ports.Proxy.Destination At(IPEndPoint address, int rank) =>
        new() { Address = address, Role = DestinationRole.Standby, Rank = rank };

    public sealed class OnEpoll() : FallbackTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : FallbackTests(EngineKind.Portable);
}
