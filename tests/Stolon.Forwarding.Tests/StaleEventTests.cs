using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>Events of a socket that the loop has closed in the meantime.</summary>
public abstract class StaleEventTests(EngineKind kind)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_failed_dial_that_a_route_change_has_aborted_keeps_the_client_waiting(bool redialled)
    {
        using var server = Destination.Echo();
        using var figures = new Figures();
        var options = Forward.Options with { MaxWait = TimeSpan.FromSeconds(60), Threads = 1 };
        using var woken = new ManualResetEventSlim();
        var (dialled, routing) = (false, (Task?)null);
        Forward? route = null;
        await using var forward = Forward.Faulty(kind, Nobody(), Called, options);
        route = forward;

        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendTextAsync("early");
        await Stolon.Testing.Eventually.BeTrueAsync(
            () => Volatile.Read(ref routing) is { IsCompleted: true }, Client.Patience, "the routes have changed");
        var turns = figures.Read("stolon_proxy_loop_turns_total");
        await Stolon.Testing.Eventually.BeTrueAsync(
            () => client.IsClosedNow() || figures.Read("stolon_proxy_loop_turns_total") > turns + 1,
            Client.Patience,
            "the loop goes on");
        forward.Engine.Route(server.Address);

        Assert.Equal("early", await client.ReceiveTextAsync(5));
        Assert.Equal(0, figures.Read("stolon_proxy_connections_refused_total"));

        SocketError? Called(NetworkCall call)
        {
            dialled |= call == NetworkCall.Connect;
            if (call == NetworkCall.Wake)
            {
                woken.Set();
            }
            else if (call == NetworkCall.Tell && dialled && routing is null)
            {
                // Posted after the loop received the event of the failed dial, executed before it handles it.
                woken.Reset();
                Volatile.Write(
                    ref routing, Task.Run(() => route!.Engine.Route(redialled ? Nobody() : null)));
                woken.Wait();
            }

            return null;
        }
    }

    private static IPEndPoint Nobody()
    {
        using var gone = Destination.Echo();
        return gone.Address;
    }

    public sealed class OnEpoll() : StaleEventTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : StaleEventTests(EngineKind.Portable);
}
