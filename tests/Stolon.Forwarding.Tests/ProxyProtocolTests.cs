using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>The header of the PROXY protocol, version 2, parsed as a server that supports it does
/// (haproxy.org, "The PROXY protocol", section 2.2).</summary>
public abstract class ProxyProtocolTests(EngineKind kind)
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";

    private static readonly ForwarderOptions Telling = Forward.Options with { ProxyProtocol = true };

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData("*", "127.0.0.1")]
    [InlineData("*", "::1")]
    public async Task A_server_receives_the_address_of_the_client(string listen, string connect)
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address, Telling with { ListenAddress = listen });
        using var client = await Client.ConnectAsync(new IPEndPoint(IPAddress.Parse(connect), forward.Address.Port));
        await client.SendTextAsync("hello");
        using var accepted = await server.AcceptAsync();

        var (command, family, addresses) = await HeaderAsync(accepted);

        Assert.Equal(0x21, command);
        Assert.Equal(connect == "::1" ? 0x21 : 0x11, family);
        Assert.Equal([.. Bytes(client.LocalEndPoint!, client.RemoteEndPoint!)], addresses);
        Assert.Equal("hello", await accepted.ReceiveTextAsync(5));
        await accepted.SendTextAsync("and back");
        Assert.Equal("and back", await client.ReceiveTextAsync(8));
    }

    [Fact]
    public async Task The_header_comes_first_however_much_the_client_sends()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address, Telling);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        var sending = Traffic.SendRandomAsync(joined.Client, 5_000_000, seed: 9);
        var (command, _, _) = await HeaderAsync(joined.Server);
        Assert.Equal(0x21, command);
        var received = await Traffic.HashOfAllAsync(joined.Server);
        Assert.Equal(await sending, received);
    }

    [Fact]
    public async Task The_header_is_sent_even_if_the_client_sends_nothing()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address, Telling);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        var (_, _, addresses) = await HeaderAsync(joined.Server);
        Assert.Equal(12, addresses.Length);
    }

    [Fact]
    public async Task A_client_of_the_Unix_socket_has_no_address()
    {
        using var directory = new Stolon.Testing.TemporaryDirectory("unix");
        using var server = Destination.Silent();
        await using var forward = Forward.To(
            kind, server.Address, Telling with { UnixSocketDirectory = directory.Path });
        using var client = await Client.ConnectAsync(forward.UnixAddress(directory.Path));
        using var accepted = await server.AcceptAsync();
        var (command, family, addresses) = await HeaderAsync(accepted);
        Assert.Contains(command, new[] { 0x20, 0x21 });
        Assert.Equal(0, family);
        Assert.Empty(addresses);
        await client.SendTextAsync("hello");
        Assert.Equal("hello", await accepted.ReceiveTextAsync(5));
    }

    private static async Task<(int Command, int Family, byte[] Addresses)> HeaderAsync(Socket server)
    {
        var head = await ExactlyAsync(server, 16);
        Assert.Equal(Signature, System.Text.Encoding.ASCII.GetString(head, 0, 12));
        var length = BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(14));
        return (head[12], head[13], await ExactlyAsync(server, length));
    }

    private static async Task<byte[]> ExactlyAsync(Socket socket, int length)
    {
        var bytes = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var count = await socket.ReceiveAsync(bytes.AsMemory(filled)).AsTask().WaitAsync(Client.Patience);
            Assert.NotEqual(0, count);
            filled += count;
        }

        return bytes;
    }

    private static List<byte> Bytes(EndPoint from, EndPoint to)
    {
        var (client, proxy) = ((IPEndPoint)from, (IPEndPoint)to);
        return
        [
            .. client.Address.GetAddressBytes(), .. proxy.Address.GetAddressBytes(),
            (byte)(client.Port >> 8), (byte)client.Port, (byte)(proxy.Port >> 8), (byte)proxy.Port,
        ];
    }

    public sealed class OnEpoll() : ProxyProtocolTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : ProxyProtocolTests(EngineKind.Portable);
}
