using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

public sealed class ListeningTests
{
    [Fact]
    public async Task Nothing_is_listened_on_before_it_is_asked_for()
    {
        await using var engine = new TcpForwarder(
            new ForwarderOptions { ListenAddress = "127.0.0.1", Port = 0 }, TimeProvider.System, new RecordedLog());
        Assert.False(engine.Listening);
        engine.Listen();
        Assert.True(engine.Listening);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("*", "127.0.0.1")]
    [InlineData("*", "::1")]
    [InlineData("", "::1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "127.0.0.1")]
    public async Task Any_form_of_address_is_listened_on(string listen, string connect)
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(server.Address, listen: listen);
        using var client = await Client.ConnectAsync(new IPEndPoint(IPAddress.Parse(connect), forward.Address.Port));
        Assert.Equal("hello", await client.EchoAsync("hello"));
    }

    [Theory]
    [InlineData("203.0.113.7", "cannot listen on 203.0.113.7:5432")]
    [InlineData("no-such-host.invalid", "cannot listen on no-such-host.invalid:5432")]
    public async Task An_address_that_is_not_ours_is_named_in_the_error(string address, string text)
    {
        await using var engine = new TcpForwarder(
            new ForwarderOptions { ListenAddress = address, Port = 5432 }, TimeProvider.System, new RecordedLog());
        Assert.Contains(text, Assert.Throws<SocketException>(engine.Listen).Message);
        Assert.False(engine.Listening);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_in_the_error_and_can_be_tried_again()
    {
        await using var first = Forward.To(null);
        var port = first.Address.Port;
        await using var second = new TcpForwarder(
            new ForwarderOptions { ListenAddress = "127.0.0.1", Port = port }, TimeProvider.System, new RecordedLog());

        var error = Assert.Throws<SocketException>(second.Listen);
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains($"127.0.0.1:{port}", error.Message);

        first.Engine.StopListening();
        second.Listen();
        Assert.True(second.Listening);
    }

    [Fact]
    public async Task The_port_closes_and_opens_again_while_connections_live()
    {
        using var server = Destination.Echo();
        await using var engine = new TcpForwarder(
            new ForwarderOptions { ListenAddress = "127.0.0.1", Port = FreePort.Next() },
            TimeProvider.System, new RecordedLog());
        engine.Route(server.Address);
        for (var i = 0; i < 3; i++)
        {
            engine.Listen();
            engine.Listen();
            var address = (IPEndPoint)engine.ListeningOn!;
            using var client = await Client.ConnectAsync(address);
            Assert.Equal("before", await client.EchoAsync("before"));

            engine.StopListening();
            engine.StopListening();

            Assert.False(engine.Listening);
            var refused = await Assert.ThrowsAnyAsync<SocketException>(() => Client.ConnectAsync(address));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            Assert.Equal("after", await client.EchoAsync("after"));
        }
    }

    [Fact]
    public async Task Disposing_closes_the_port_and_every_connection()
    {
        using var server = Destination.Echo();
        var forward = Forward.To(server.Address);
        var address = forward.Address;
        using var client = await Client.ConnectAsync(address);
        Assert.Equal("x", await client.EchoAsync("x"));

        await forward.DisposeAsync();
        await forward.DisposeAsync();

        Assert.True(client.IsClosedNow());
        await Assert.ThrowsAnyAsync<SocketException>(() => Client.ConnectAsync(address));
        Assert.Throws<ObjectDisposedException>(forward.Engine.Listen);
    }
}
