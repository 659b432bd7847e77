using System.Net;
using System.Net.Sockets;
using System.Text;
using Stolon.Core.Common;
using Stolon.Store.Consul;

namespace Stolon.Store.Tests.Consul;

/// <summary>The content of requests, as far as a real Consul cannot show it.</summary>
public sealed class ConsulRequestTests
{
    [Fact]
    public async Task Token_login_and_namespace_go_with_each_request()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var store = new ConsulKeyValueStore(
            new ConsulOptions
            {
                Endpoints = StoreEndpoints.Parse($"{listener.LocalEndpoint}", StoreEndpoints.ConsulDefault),
                Token = new Secret("the-token"),
                Login = new StoreLogin("user", new Secret("p:ä")),
                Namespace = "team a",
            },
            TimeProvider.System);

        var reading = store.GetAsync("a/key", TestContext.Current.CancellationToken);
        var request = await AnswerAsync(
            listener, "HTTP/1.1 404 Not Found\r\nX-Consul-Index: 1\r\nContent-Length: 0\r\n\r\n");

        Assert.Null(await reading);
        Assert.StartsWith("GET /v1/kv/a/key?consistent&ns=team%20a HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("X-Consul-Token: the-token\r\n", request, StringComparison.Ordinal);
        var login = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:p:ä"));
        Assert.Contains($"Authorization: Basic {login}\r\n", request, StringComparison.Ordinal);
    }

    /// <summary>Receives one request and sends this response.</summary>
    private static async Task<string> AnswerAsync(TcpListener listener, string answer)
    {
        using var connection = await listener.AcceptTcpClientAsync();
        var stream = connection.GetStream();
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!$"{request}".Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            request.Append(Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer)));
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return $"{request}";
    }
}
