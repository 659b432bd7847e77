using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>Several threads use a port concurrently, as a proxy's checks, timers and shutdown do.</summary>
public abstract class ManyThreadsTests(EngineKind kind)
{
    [Fact]
    public async Task Concurrent_routing_opening_closing_and_metrics_are_safe()
    {
        using var first = Destination.Echo();
        using var second = Destination.Echo();
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        for (var round = 0; round < 5; round++)
        {
            var forward = Forward.Closed(kind, Forward.Options with
            {
                Port = FreePort.Next(),
                MaxWait = TimeSpan.FromMilliseconds(50 * (round % 2)),
            });
            forward.Engine.Listen();
            var address = forward.Address;
            var threads = Enumerable.Range(0, 6).Select(thread => Task.Run(async () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    switch ((thread + i) % 6)
                    {
                        case 0:
                            forward.Engine.Route(first.Address);
                            break;
                        case 1:
                            forward.Engine.RouteAmong((first, 0), (second, 0));
                            break;
                        case 2:
                            forward.Engine.Route(null);
                            break;
                        case 3:
                            forward.Engine.StopListening();
                            break;
                        case 4:
                            forward.Engine.Listen();
                            break;
                        default:
                            await VisitAsync(address);
                            break;
                    }
                }
            })).ToList();
            figures.Read("stolon_proxy_connections_open");
            await Eventually.CompleteAsync(Task.WhenAll(threads), TimeSpan.FromSeconds(60), "no call hangs");
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await forward.DisposeAsync())));
            forward.Engine.Route(first.Address);
            forward.Engine.StopListening();
        }

        await Descriptors.EventuallyAsync(before);
    }

    private static async Task VisitAsync(System.Net.IPEndPoint address)
    {
        try
        {
            using var client = await Client.ConnectAsync(address);
            await client.SendTextAsync("hello");
            await client.ReceiveTextAsync(5);
        }
        catch (SocketException)
        {
            // The port or the connection was closed.
        }
    }

    public sealed class OnEpoll() : ManyThreadsTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : ManyThreadsTests(EngineKind.Portable);
}
