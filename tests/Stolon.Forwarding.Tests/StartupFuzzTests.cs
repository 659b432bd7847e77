using System.Net;
using System.Net.Sockets;
using System.Text;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>The data path does not validate what clients send: PostgreSQL does, and it receives every byte
/// unchanged.</summary>
public abstract class StartupFuzzTests(EngineKind kind)
{
    private const int Rounds = 200;

    [Fact]
    public async Task Any_first_bytes_arrive_unchanged()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        for (var seed = 0; seed < Rounds; seed++)
        {
            var random = new Random(seed);
            var packet = StartupPackets.Fuzzed(random);
            using var joined = await JoinedPair.ThroughAsync(forward, server);

            var receiving = joined.Server.ReceiveAllAsync();
            await joined.Client.SendInPiecesAsync(packet, random);
            joined.Client.Shutdown(SocketShutdown.Send);
            Assert.Equal(packet, await receiving);

            receiving = joined.Client.ReceiveAllAsync();
            await joined.Server.SendInPiecesAsync(packet, random);
            joined.Server.Shutdown(SocketShutdown.Send);
            Assert.Equal(packet, await receiving);
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
    }

    [Fact]
    public async Task PostgreSQL_answers_as_without_a_proxy()
    {
        var postgres = await RealPostgres.LoopContext;
        await using var forward = Forward.To(kind, postgres.Address);
        for (var seed = 0; seed < Rounds / 2; seed++)
        {
            var packet = StartupPackets.Fuzzed(new Random(seed));
            var (direct, complete) = await AnswerAsync(postgres.Address, packet);
            var (through, completeThrough) = await AnswerAsync(forward.Address, packet);
            if (complete && completeThrough)
            {
                Assert.Equal(direct, through);
            }
            else
            {
                Assert.True(direct.StartsWith(through) || through.StartsWith(direct), $"{direct} became {through}");
            }
        }
    }

    /// <summary>What a server answers until it closes, and whether it closed normally. If PostgreSQL does not read
    /// everything, the kernel resets the connection, and the end of the answer may be lost.</summary>
    private static async Task<(string Answer, bool Whole)> AnswerAsync(IPEndPoint address, byte[] packet)
    {
        using var client = await Client.ConnectAsync(address);
        var all = new List<byte>();
        try
        {
            await client.SendAsync(packet);
            client.Shutdown(SocketShutdown.Send);
            await client.ReceiveAllAsync(all);
            return (UpToTheKey(all), true);
        }
        catch (SocketException)
        {
            return (UpToTheKey(all), false);
        }
    }

    /// <summary>The cancel key differs in each session.</summary>
    private static string UpToTheKey(List<byte> answer)
    {
        var text = Encoding.Latin1.GetString([.. answer]);
        var key = text.IndexOf("K\0\0\0\f");
        return key < 0 ? text : text[..key];
    }

    public sealed class OnEpoll() : StartupFuzzTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : StartupFuzzTests(EngineKind.Portable);
}
