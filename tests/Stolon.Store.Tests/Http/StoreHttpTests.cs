using System.Net;
using System.Net.Sockets;
using Stolon.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Tests.Http;

/// <summary>Which of several servers is asked, and what is known when none answers.</summary>
public sealed class StoreHttpTests
{
    private static readonly StoreHttpRequest Write =
        new(HttpMethod.Put, "/key") { Body = "value"u8.ToArray(), Writes = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_goes_to_the_next_server_when_the_first_one_does_not_even_connect()
    {
        using var silent = Silent(out var full);
        await using var other = new OneAnswer("200 OK", "done");
        using var http = Http($"http://{silent.LocalEndPoint}", other.Endpoint);

        var answer = await http.SendAsync(Write, Token);

        Assert.Equal("done", answer.Text);
        full.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_write_to_a_server_that_does_not_even_connect_certainly_did_not_happen()
    {
        using var silent = Silent(out var full);
        using var http = Http($"http://{silent.LocalEndPoint}");

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => http.SendAsync(Write, Token));

        Assert.EndsWith("; nothing was written", failure.Message, StringComparison.Ordinal);
        full.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_server_that_says_that_it_cannot_is_not_the_first_one_to_be_asked_again()
    {
        await using var minority = new OneAnswer("503 Service Unavailable", "no leader");
        await using var majority = new OneAnswer("200 OK", "done");
        using var http = Http(minority.Endpoint, majority.Endpoint);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.SendAsync(Write, Token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(Write, Token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await http.SendAsync(Write, Token)).Status);

        Assert.Equal(1, minority.Asked);
    }

    private static StoreHttp Http(params string[] servers) => new(
        new StoreHttpOptions
        {
            Name = "store",
            Servers = [.. servers.Select(s => new Uri(s))],
            RequestTimeout = TimeSpan.FromSeconds(3),
        },
        TimeProvider.System);

    /// <summary>A port whose queue of connections is full: the kernel answers nobody any more.</summary>
    private static Socket Silent(out List<Socket> full)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        full = [];
        for (var i = 0; i < 4; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Blocking = false;
            try
            {
                socket.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Begun.
            }
            full.Add(socket);
        }
        return listener;
    }
}
