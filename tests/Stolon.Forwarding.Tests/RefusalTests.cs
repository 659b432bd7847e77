using System.Net;
using System.Net.Sockets;
using Npgsql;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>A refused client gets the reason, whatever valid startup it sends; and whatever it sends, it is closed
/// soon.</summary>
public abstract class RefusalTests(EngineKind kind)
{
    private static readonly ForwarderOptions Explaining = Forward.Options with { ExplainRefusals = true };

    public static TheoryData<string, byte[], string> Beginnings => new()
    {
        { "without encryption", StartupPackets.Startup(), "" },
        { "asking for TLS", [.. StartupPackets.Ssl, .. StartupPackets.Startup()], "N" },
        { "asking for GSSAPI", [.. StartupPackets.Gss, .. StartupPackets.Startup()], "N" },
        { "asking for both", [.. StartupPackets.Gss, .. StartupPackets.Ssl, .. StartupPackets.Startup()], "NN" },
        { "of another version", StartupPackets.Packet(200_000, 1, 2, 3), "" },
    };

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task A_client_gets_57P03(string beginning, byte[] says, string first)
    {
        await using var forward = Forward.Nowhere(kind, Explaining);
        for (var piece = 1; piece <= says.Length; piece += piece < 4 ? 1 : 50)
        {
            using var client = await Client.ConnectAsync(forward.Address);
            client.NoDelay = true;
            foreach (var part in says.Chunk(piece))
            {
                await client.SendAsync(part);
            }

            var received = await client.ReceiveAllAsync();
            Assert.True(received.Length > first.Length, beginning);
            Assert.Equal(first, System.Text.Encoding.ASCII.GetString(received, 0, first.Length));
            var error = RefusalText.Parse(received.AsSpan(first.Length));
            Assert.Equal(("FATAL", "FATAL", "57P03"), (error['S'], error['V'], error['C']));
            Assert.NotEmpty(error['M']);
        }
    }

    [Fact]
    public async Task A_client_that_requests_TLS_first_gets_the_refusal()
    {
        await using var forward = Forward.Nowhere(kind, Explaining);
        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendAsync(StartupPackets.Ssl);
        Assert.Equal("N", await client.ReceiveTextAsync(1));
        await client.SendAsync(StartupPackets.Startup());
        Assert.Equal("57P03", RefusalText.Parse(await client.ReceiveAllAsync())['C']);
    }

    [Fact]
    public async Task A_cancel_request_gets_no_answer()
    {
        await using var forward = Forward.Nowhere(kind, Explaining);
        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendAsync(StartupPackets.Cancel);
        Assert.Empty(await client.ReceiveAllAsync());
    }

    [Theory]
    [InlineData(SslMode.Disable, "disable")]
    [InlineData(SslMode.Prefer, "prefer")]
    public async Task PostgreSQL_clients_show_the_error(SslMode npgsql, string psql)
    {
        // Without a destination, and with one that does not accept.
        await using var nowhere = Forward.Nowhere(kind, Explaining);
        await using var dead = Forward.To(kind, new IPEndPoint(IPAddress.Loopback, FreePort.Next()), Explaining);
        foreach (var address in new[] { nowhere.Address, dead.Address })
        {
            await RealPostgres.AreRefusedAsync(
                address, npgsql, psql,
                PostgresErrorCodes.CannotConnectNow, "FATAL:  no database server is available");
        }
    }

    [Fact]
    public async Task Whatever_a_client_sends_first_it_is_closed_soon_without_leaks()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.Nowhere(kind, Explaining);
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        await Task.WhenAll(Enumerable.Range(0, 300).Select(seed => FuzzAsync(forward.Address, new Random(seed))));
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
        Assert.Equal(300, figures.Read("stolon_proxy_connections_refused_total"));
        forward.Engine.Route(server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("served", await client.EchoAsync("served"));
    }

    /// <summary>Sends something or nothing, and waits for the end; some finish sending, some reset.</summary>
    private static async Task FuzzAsync(IPEndPoint address, Random random)
    {
        using var client = await Client.ConnectAsync(address);
        var received = new List<byte>();
        try
        {
            if (random.Next(10) != 0)
            {
                await client.SendInPiecesAsync(StartupPackets.Fuzzed(random), random);
            }

            switch (random.Next(4))
            {
                case 0:
                    client.Shutdown(SocketShutdown.Send);
                    break;
                case 1:
                    client.Close(0);
                    return;
            }

            await client.ReceiveAllAsync(received);
        }
        catch (SocketException)
        {
            // It sent more than is read, so the close was a reset.
        }

        var requests = received.TakeWhile(b => b == 'N').Count();
        if (received.Count > requests)
        {
            Assert.Equal("57P03", RefusalText.Parse(received.ToArray().AsSpan(requests))['C']);
        }
    }

    public sealed class OnEpoll() : RefusalTests(EngineKind.Epoll);

    [Trait("run", "all")]
    public sealed class OnPortableSockets() : RefusalTests(EngineKind.Portable);
}
