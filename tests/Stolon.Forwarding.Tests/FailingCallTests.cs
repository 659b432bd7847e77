using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>Each system call fails once, at each of its first invocations. The client gets its answer or its connection
/// is closed; nothing hangs, the next client is served, and nothing stays open.</summary>
public abstract class FailingCallTests(EngineKind kind)
{
    private const int FirstTimes = 4;

    public static readonly TheoryData<NetworkCall, SocketError> Failures = new()
    {
        { NetworkCall.Listen, SocketError.NoBufferSpaceAvailable },
        { NetworkCall.Accept, SocketError.WouldBlock },
        { NetworkCall.Accept, SocketError.ConnectionAborted },
        { NetworkCall.Accept, SocketError.NetworkDown },
        { NetworkCall.Accept, SocketError.TooManyOpenSockets },
        { NetworkCall.Accept, SocketError.NoBufferSpaceAvailable },
        { NetworkCall.Open, SocketError.TooManyOpenSockets },
        { NetworkCall.Open, SocketError.NoBufferSpaceAvailable },
        { NetworkCall.Open, SocketError.AddressFamilyNotSupported },
        { NetworkCall.Connect, SocketError.ConnectionRefused },
        { NetworkCall.Connect, SocketError.NetworkUnreachable },
        { NetworkCall.Connect, SocketError.AddressNotAvailable },
        { NetworkCall.Watch, SocketError.NoBufferSpaceAvailable },
        { NetworkCall.Receive, SocketError.ConnectionReset },
        { NetworkCall.Receive, SocketError.TimedOut },
        { NetworkCall.Receive, SocketError.NoBufferSpaceAvailable },
        { NetworkCall.Send, SocketError.ConnectionReset },
        { NetworkCall.Send, SocketError.Shutdown },
        { NetworkCall.Send, SocketError.NoBufferSpaceAvailable },
        { NetworkCall.FinishSending, SocketError.NotConnected },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failed_call_affects_at_most_one_client(NetworkCall call, SocketError error)
    {
        using var server = Destination.Echo();
        using var figures = new Figures();
        for (var nth = 1; nth <= FirstTimes; nth++)
        {
            var before = Descriptors.Sockets;
            var calls = 0;
            await using (var forward = Forward.Faulty(
                kind, server.Address, c => c == call && Interlocked.Increment(ref calls) == nth ? error : null))
            {
                for (var i = 0; i < FirstTimes; i++)
                {
                    await TalkAsync(forward);
                }

                Assert.True(call == NetworkCall.Listen || calls >= nth, $"{call} was made {calls} times only");
                using var next = await Client.ConnectAsync(forward.Address);
                Assert.Equal("served", await next.EchoAsync("served"));
                next.Close(0);
                await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
                Assert.Equal(0, figures.Read("stolon_proxy_buffers_held"));
            }

            await Descriptors.EventuallyAsync(before);
        }
    }

    [Fact]
    public async Task A_failed_listening_socket_is_reopened_by_the_next_listen()
    {
        using var server = Destination.Echo();
        var broken = false;
        await using var forward = Forward.Faulty(
            kind, server.Address, c => c == NetworkCall.Accept && broken ? SocketError.InvalidArgument : null);
        Volatile.Write(ref broken, true);
        using (var lost = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await lost.ConnectAsync(forward.Address);
            await Stolon.Testing.Eventually.BeTrueAsync(
                () => !forward.Engine.Listening, Client.Patience, "the port counts as closed");
        }

        Volatile.Write(ref broken, false);
        forward.Engine.Listen();
        Assert.Equal(1, forward.Log.Count(3503));
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("served", await client.EchoAsync("served"));
    }

    public sealed class OnEpoll() : FailingCallTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : FailingCallTests(EngineKind.Portable);

    /// <summary>Sends a request and waits for the answer and the end, or for an earlier end.</summary>
    private static async Task TalkAsync(Forward forward)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(forward.Address).WaitAsync(Client.Patience);
            var received = await client.EchoAsync("question");
            Assert.StartsWith(received, "question");
            client.Shutdown(SocketShutdown.Send);
            await client.EndsAsync();
        }
        catch (SocketException)
        {
            // The connection was closed.
        }
    }
}
