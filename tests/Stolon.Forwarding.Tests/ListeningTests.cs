using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

public abstract class ListeningTests(EngineKind kind)
{
    [Fact]
    public async Task The_port_is_closed_before_Listen()
    {
        await using var forward = Forward.Closed(kind, Forward.Options);
        Assert.False(forward.Engine.Listening);
        forward.Engine.Listen();
        Assert.True(forward.Engine.Listening);
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
    public async Task Every_form_of_address_is_accepted(string listen, string connect)
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address, Forward.Options with { ListenAddress = listen });
        using var client = await Client.ConnectAsync(new IPEndPoint(IPAddress.Parse(connect), forward.Address.Port));
        Assert.Equal("hello", await client.EchoAsync("hello"));
    }

    [Theory]
    [InlineData("203.0.113.7", "cannot listen on 203.0.113.7:5432")]
    [InlineData("no-such-host.invalid", "cannot listen on no-such-host.invalid:5432")]
    public async Task An_error_about_an_unusable_address_contains_the_address(string address, string text)
    {
        await using var forward = Forward.Closed(kind, Forward.Options with { ListenAddress = address, Port = 5432 });
        Assert.Contains(text, Assert.Throws<SocketException>(forward.Engine.Listen).Message);
        Assert.False(forward.Engine.Listening);
    }

    [Fact]
    public async Task An_error_about_a_used_port_contains_it_and_Listen_can_be_retried()
    {
        await using var first = Forward.Nowhere(kind);
        var port = first.Address.Port;
        await using var second = Forward.Closed(kind, Forward.Options with { Port = port });

        var error = Assert.Throws<SocketException>(second.Engine.Listen);
        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains($"127.0.0.1:{port}", error.Message);

        first.Engine.StopListening();
        second.Engine.Listen();
        Assert.True(second.Engine.Listening);
    }

    [Fact]
    public async Task The_port_can_close_and_open_while_connections_stay()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.Closed(kind, Forward.Options with { Port = FreePort.Next() });
        forward.Engine.Route(server.Address);
        for (var i = 0; i < 3; i++)
        {
            forward.Engine.Listen();
            forward.Engine.Listen();
            var address = forward.Address;
            using var client = await Client.ConnectAsync(address);
            Assert.Equal("before", await client.EchoAsync("before"));

            forward.Engine.StopListening();
            forward.Engine.StopListening();

            Assert.False(forward.Engine.Listening);
            var refused = await Assert.ThrowsAnyAsync<SocketException>(() => Client.ConnectAsync(address));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
            Assert.Equal("after", await client.EchoAsync("after"));
        }
    }

    [Fact]
    public async Task Disposing_closes_the_port_and_every_connection()
    {
        using var server = Destination.Echo();
        var forward = Forward.To(kind, server.Address);
        var address = forward.Address;
        using var client = await Client.ConnectAsync(address);
        Assert.Equal("x", await client.EchoAsync("x"));

        await forward.DisposeAsync();
        await forward.DisposeAsync();

        Assert.True(client.IsClosedNow());
        await Assert.ThrowsAnyAsync<SocketException>(() => Client.ConnectAsync(address));
        Assert.Throws<ObjectDisposedException>(forward.Engine.Listen);
    }

    public sealed class OnEpoll() : ListeningTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : ListeningTests(EngineKind.Portable);
}
