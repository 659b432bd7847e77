using System.Net.Sockets;
using Stolon.Forwarding.Protocol;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>A cancel request on a port with several destinations: the query may run on any of them.</summary>
public abstract class CancelRequestTests(EngineKind kind)
{
    private const string Copies = "stolon_proxy_cancel_copies_total";

    [Theory]
    [InlineData(4)]
    [InlineData(32)]
    [InlineData(256)]
    public async Task Every_server_receives_the_request_once_and_unchanged(int keyBytes)
    {
        var request = Request(keyBytes);
        await using var rig = new Port(kind, request);
        using var client = await Client.ConnectAsync(rig.Forward.Address);

        await client.SendAsync(request);

        Assert.True(await client.EndsAsync());
        client.Dispose();
        await rig.ReceivedInAnyOrderAsync(request, request, request);
    }

    [Fact]
    public async Task A_request_that_arrives_byte_by_byte_is_recognised()
    {
        await using var rig = new Port(kind, StartupPackets.Cancel);
        using var client = await Client.ConnectAsync(rig.Forward.Address);
        client.NoDelay = true;
        foreach (var part in StartupPackets.Cancel)
        {
            await client.SendAsync(new[] { part });
            await Task.Yield();
        }

        Assert.True(await client.EndsAsync());
        client.Dispose();
        await rig.ReceivedInAnyOrderAsync(StartupPackets.Cancel, StartupPackets.Cancel, StartupPackets.Cancel);
    }

    [Fact]
    public async Task Copies_do_not_contain_the_encryption_requests_before_it()
    {
        await using var rig = new Port(kind, StartupPackets.Cancel);
        using var client = await Client.ConnectAsync(rig.Forward.Address);
        foreach (var request in new[] { StartupPackets.Gss, StartupPackets.Ssl })
        {
            await client.SendAsync(request);
            Assert.Equal("N", await client.ReceiveTextAsync(1));
        }

        await client.SendAsync(StartupPackets.Cancel);

        Assert.True(await client.EndsAsync());
        client.Dispose();
        byte[] all = [.. StartupPackets.Gss, .. StartupPackets.Ssl, .. StartupPackets.Cancel];
        await rig.ReceivedInAnyOrderAsync(StartupPackets.Cancel, StartupPackets.Cancel, all);
    }

    [Fact]
    public async Task Copies_begin_with_the_PROXY_header_if_it_is_configured()
    {
        await using var rig = new Port(
            kind, StartupPackets.Cancel, Forward.Options with { ProxyProtocol = true });
        using var client = await Client.ConnectAsync(rig.Forward.Address);
        var ends = ((System.Net.IPEndPoint)client.LocalEndPoint!, rig.Forward.Address);

        await client.SendAsync(StartupPackets.Cancel);

        Assert.True(await client.EndsAsync());
        client.Dispose();
        byte[] all = [.. ProxyHeader.Of(ends), .. StartupPackets.Cancel];
        await rig.ReceivedInAnyOrderAsync(all, all, all);
    }

    [Fact]
    public async Task A_single_server_receives_the_request_once()
    {
        await using var rig = new Port(kind, StartupPackets.Cancel);
        using var figures = new Figures();
        rig.Forward.Engine.RouteAmong((rig.Servers[0].Server, 0));
        using var client = await Client.ConnectAsync(rig.Forward.Address);

        await client.SendAsync(StartupPackets.Cancel);

        Assert.True(await client.EndsAsync());
        client.Dispose();
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        Assert.Equal([1, 0, 0], rig.Servers.Select(s => s.Server.Served));
        Assert.Equal(0, figures.Read(Copies));
    }

    [Fact]
    public async Task An_unreachable_server_does_not_prevent_the_other_copies()
    {
        await using var rig = new Port(kind, StartupPackets.Cancel);
        using var figures = new Figures();
        rig.Servers[1].Dispose();
        for (var i = 0; i < 2; i++)
        {
            using var client = await Client.ConnectAsync(rig.Forward.Address);
            await client.SendAsync(StartupPackets.Cancel);
            Assert.True(await client.EndsAsync());
        }

        await figures.EventuallyAsync(Copies, 4);
        await Stolon.Testing.Eventually.BeTrueAsync(
            () => rig.Received.Count == 4, Client.Patience, "both other servers have received both requests");
    }

    [Fact]
    public async Task Other_packets_that_begin_like_a_request_are_not_copied()
    {
        var cancel = StartupPackets.Cancel;
        byte[][] similar =
        [
            cancel[..15],
            cancel[..8],
            cancel[..3],
            Request(keyBytes: 3),
            Request(keyBytes: 257),
            StartupPackets.Packet(80877101, cancel[8..]),
            StartupPackets.Packet(80877103, cancel),
            [.. StartupPackets.Startup(), .. cancel],
            [.. StartupPackets.Ssl, .. StartupPackets.Ssl, .. StartupPackets.Ssl, .. cancel],
            [0, .. cancel],
        ];
        await using var rig = new Port(kind, cancel);
        using var figures = new Figures();
        foreach (var words in similar)
        {
            using var client = await Client.ConnectAsync(rig.Forward.Address);
            await client.SendAsync(words);
            client.Shutdown(SocketShutdown.Send);
            await client.ReceiveAllAsync();
        }

        // A copy of one of them would be among these, because its copies were started before.
        using var last = await Client.ConnectAsync(rig.Forward.Address);
        await last.SendAsync(cancel);
        Assert.True(await last.EndsAsync());
        last.Dispose();
        await rig.ReceivedInAnyOrderAsync([.. similar, cancel, cancel, cancel]);
        await figures.EventuallyAsync(Copies, 2);
    }

    private static byte[] Request(int keyBytes) =>
        StartupPackets.Packet(80877102, [0, 0, 48, 57, .. Enumerable.Range(1, keyBytes).Select(i => (byte)i)]);

    /// <summary>A port with three destinations.</summary>
    private sealed class Port : IAsyncDisposable
    {
        public Port(EngineKind kind, byte[] request, ForwarderOptions? options = null)
        {
            Servers = [new CancelServer(request), new CancelServer(request), new CancelServer(request)];
            Forward = Forward.Nowhere(kind, options);
            Forward.Engine.RouteAmong([.. Servers.Select(s => (s.Server, 0))]);
        }

        public CancelServer[] Servers { get; }

        public Forward Forward { get; }

        public IReadOnlyList<byte[]> Received => [.. Servers.SelectMany(s => s.Received)];

        /// <summary>Checks what all servers received, in any order, after all connections have ended.</summary>
        public async Task ReceivedInAnyOrderAsync(params byte[][] expected)
        {
            await Stolon.Testing.Eventually.BeTrueAsync(
                () => Received.Count >= expected.Length, Client.Patience, "all connections have ended");
            Assert.Equal(
                expected.Select(Convert.ToHexString).Order(), Received.Select(Convert.ToHexString).Order());
            Assert.All(Servers, s => Assert.NotEmpty(s.Received));
        }

        public async ValueTask DisposeAsync()
        {
            await Forward.DisposeAsync();
            Array.ForEach(Servers, s => s.Dispose());
        }
    }

    public sealed class OnEpoll() : CancelRequestTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : CancelRequestTests(EngineKind.Portable);
}
