using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

public abstract class HalfCloseTests(EngineKind kind)
{
    [Fact]
    public async Task A_client_that_has_finished_sending_still_receives()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        using var accepted = await server.AcceptAsync();

        await client.SendTextAsync("question");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await accepted.ReceiveTextAsync(100));
        await accepted.SendTextAsync("answer");
        Assert.Equal("answer", await client.ReceiveTextAsync(6));
        await accepted.SendTextAsync("and more");
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal("and more", await client.ReceiveTextAsync(100));
    }

    [Fact]
    public async Task A_server_that_has_finished_sending_still_receives()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        using var accepted = await server.AcceptAsync();

        await accepted.SendTextAsync("greeting");
        accepted.Shutdown(SocketShutdown.Send);
        Assert.Equal("greeting", await client.ReceiveTextAsync(100));
        await client.SendTextAsync("late words");
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("late words", await accepted.ReceiveTextAsync(100));
    }

    [Fact]
    public async Task Data_sent_before_the_join_arrives_although_the_client_has_finished()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        for (var i = 0; i < 100; i++)
        {
            using var client = await Client.ConnectAsync(forward.Address);
            await client.SendTextAsync("all I have to say");
            client.Shutdown(SocketShutdown.Send);
            using var accepted = await server.AcceptAsync();
            Assert.Equal("all I have to say", await accepted.ReceiveTextAsync(100));
            await accepted.SendTextAsync("understood");
            accepted.Shutdown(SocketShutdown.Send);
            Assert.Equal("understood", await client.ReceiveTextAsync(100));
        }
    }

    [Fact]
    public async Task A_pair_is_closed_when_both_ends_have_closed()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        using (var client = await Client.ConnectAsync(forward.Address))
        {
            Assert.Equal("x", await client.EchoAsync("x"));
            Assert.Equal(1, figures.Read("stolon_proxy_connections_open"));
            client.Shutdown(SocketShutdown.Send);
            Assert.True(await client.EndsAsync());
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_on_one_side_resets_the_other(bool clientResets)
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        using var accepted = await server.AcceptAsync();

        await accepted.SendTextAsync("joined");
        Assert.Equal("joined", await client.ReceiveTextAsync(6));

        (clientResets ? client : accepted).Close(0);

        Assert.False(await (clientResets ? accepted : client).EndsAsync());
    }

    [Fact]
    public async Task Bulk_data_in_both_directions_at_once_arrives_unchanged()
    {
        const int Bytes = 64 * 1024 * 1024;
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        using var accepted = await server.AcceptAsync();

        var up = Traffic.SendRandomAsync(client, Bytes, seed: 1);
        var down = Traffic.SendRandomAsync(accepted, Bytes, seed: 2);
        var atServer = Traffic.HashOfAllAsync(accepted);
        var atClient = Traffic.HashOfAllAsync(client);

        Assert.Equal(await up, await atServer);
        Assert.Equal(await down, await atClient);
    }

    public sealed class OnEpoll() : HalfCloseTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : HalfCloseTests(EngineKind.Portable);
}
