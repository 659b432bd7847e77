using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>A reset is forwarded as a reset at every point of a connection's life. A normal end would make an
/// incomplete answer look complete. Nothing stays open.</summary>
public abstract class ResetTests(EngineKind kind)
{
    [Fact]
    public async Task During_the_dial_by_the_client()
    {
        var (hole, fillers) = await Destination.BlackHole();
        using var server = hole;
        await using var forward = Forward.To(
            kind, hole.Address, Forward.Options with { DialTimeout = TimeSpan.FromSeconds(1) });
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        for (var i = 0; i < 20; i++)
        {
            (await Client.ConnectAsync(forward.Address)).Close(0);
        }

        await figures.EventuallyAsync("stolon_proxy_connections_accepted_total", 20);
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
        fillers.ForEach(f => f.Dispose());
    }

    [Theory]
    [InlineData(Side.Client, Side.Client)]
    [InlineData(Side.Client, Side.Server)]
    [InlineData(Side.Server, Side.Client)]
    [InlineData(Side.Server, Side.Server)]
    public Task In_the_middle_of_a_stream(Side sender, Side resetter) => ResetsInTheMiddleAsync(
        sender, resetter, (joined, _) => joined.Opposite(sender).ReceiveTextAsync(1_000_000));

    [Theory]
    [InlineData(Side.Client, Side.Client)]
    [InlineData(Side.Client, Side.Server)]
    [InlineData(Side.Server, Side.Client)]
    [InlineData(Side.Server, Side.Server)]
    public Task While_the_receiver_does_not_read(Side sender, Side resetter) =>
        ResetsInTheMiddleAsync(sender, resetter, (_, sent) => Traffic.StallsAsync(sent));

    [Theory]
    [InlineData(Side.Client, Side.Client)]
    [InlineData(Side.Client, Side.Server)]
    [InlineData(Side.Server, Side.Client)]
    [InlineData(Side.Server, Side.Server)]
    public async Task After_one_side_has_finished_sending(Side finished, Side resetter)
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        using (var joined = await JoinedPair.ThroughAsync(forward, server))
        {
            joined.Of(finished).Shutdown(SocketShutdown.Send);
            Assert.True(await joined.Opposite(finished).EndsAsync());

            joined.Of(resetter).Close(0);

            if (finished == resetter)
            {
                // This side has nothing to receive: it notices the reset when it sends.
                await Eventually.CompleteAsync(
                    Traffic.SendUntilResetAsync(joined.Opposite(resetter)), Client.Patience, "sending fails");
            }
            else
            {
                Assert.False(await joined.Opposite(resetter).EndsAsync());
            }
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
    }

    [Fact]
    public async Task After_a_last_message_to_a_client_that_is_still_sending()
    {
        // PostgreSQL sends such messages when it shuts down.
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        for (var i = 0; i < 100; i++)
        {
            using var joined = await JoinedPair.ThroughAsync(forward, server);
            var sending = Traffic.SendUntilResetAsync(joined.Client);
            await joined.Server.ReceiveTextAsync(10_000);

            await joined.Server.SendTextAsync("last words");
            joined.Server.Close(0);

            await Eventually.CompleteAsync(sending, Client.Patience, "the client sees the reset");
            Assert.Equal("last words", await joined.Client.ReceiveTextAsync(10));
        }
    }

    [Fact]
    public async Task While_the_other_side_sends_once_more()
    {
        // The kernel answers this send with the reset, which the proxy notices when it sends.
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        for (var i = 0; i < 200; i++)
        {
            using var joined = await JoinedPair.ThroughAsync(forward, server);
            // To the proxy, a server that resets before its accept was reported never accepted.
            await joined.Server.SendTextAsync("greeting");
            Assert.Equal("greeting", await joined.Client.ReceiveTextAsync(8));
            await joined.Server.SendTextAsync("half an ans");
            var error = SocketError.Success;
            var sending = Task.Run(() => joined.Client.Send("x"u8, SocketFlags.None, out error));
            joined.Server.Close(0);
            await sending;
            // A reset that a send reports is not reported again by a receive.
            Assert.True(
                !await Traffic.DrainAsync(joined.Client) || error != SocketError.Success,
                "what has arrived looks complete");
        }
    }

    [Fact]
    public async Task At_any_moment_by_both_at_once()
    {
        using var server = Destination.Silent();
        using var bystanders = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        await using var other = Forward.To(kind, bystanders.Address);
        using var bystander = await Client.ConnectAsync(other.Address);
        Assert.Equal("joined", await bystander.EchoAsync("joined"));
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        var random = new Random(11);
        for (var i = 0; i < 80; i++)
        {
            using var joined = await JoinedPair.ThroughAsync(forward, server);
            _ = Traffic.SendUntilResetAsync(joined.Client);
            _ = Traffic.SendUntilResetAsync(joined.Server);
            await (random.Next(2) == 0 ? joined.Client : joined.Server).ReceiveTextAsync(random.Next(1, 300_000));
            await Task.WhenAll(Task.Run(() => joined.Client.Close(0)), Task.Run(() => joined.Server.Close(0)));
        }

        Assert.Equal("unharmed", await bystander.EchoAsync("unharmed"));
        await figures.EventuallyAsync("stolon_proxy_connections_open", 1);
        await Descriptors.EventuallyAsync(before);
    }

    public sealed class OnEpoll() : ResetTests(EngineKind.Epoll);

    [Trait("run", "all")]
    public sealed class OnPortableSockets() : ResetTests(EngineKind.Portable);

    /// <param name="reached">Waits for the moment of the reset; gets the number of sent bytes.</param>
    private async Task ResetsInTheMiddleAsync(Side sender, Side resetter, Func<JoinedPair, Func<long>, Task> reached)
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        using (var joined = await JoinedPair.ThroughAsync(forward, server))
        {
            long sent = 0;
            var sending = Traffic.SendUntilResetAsync(joined.Of(sender), bytes => Interlocked.Add(ref sent, bytes));
            await reached(joined, () => Interlocked.Read(ref sent));

            joined.Of(resetter).Close(0);

            await Eventually.CompleteAsync(sending, Client.Patience, "the sender sees the reset");
            if (sender == resetter)
            {
                Assert.False(await Traffic.DrainAsync(joined.Opposite(sender)), "what has arrived looks complete");
            }
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
    }
}
