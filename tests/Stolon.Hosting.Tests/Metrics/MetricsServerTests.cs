using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Hosting.Metrics;

namespace Stolon.Hosting.Tests.Metrics;

public sealed class MetricsServerTests
{
    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("localhost:0")]
    [InlineData(":0")]
    public async Task The_page_is_served_under_every_name(string address)
    {
        await using var server = await StartAsync(address);
        using var client = new HttpClient();
        var port = ((IPEndPoint)server.Address).Port;
        foreach (var host in (string[])["localhost", "somebody.example:99"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://localhost:{port}/metrics?x=1");
            request.Headers.Host = host;
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal("up 1\n", await response.Content.ReadAsStringAsync());
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found")]
    [InlineData("GET /metrics/ HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found")]
    [InlineData("POST /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 405 Method Not Allowed")]
    [InlineData("rubbish\r\n\r\n", "HTTP/1.1 400 Bad Request")]
    [InlineData("HEAD /metrics HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK")]
    [InlineData("GET /metrics HTTP/1.0\n\n", "HTTP/1.1 200 OK")]
    public async Task Nothing_else_is_served(string request, string expected)
    {
        await using var server = await StartAsync("127.0.0.1:0");
        Assert.StartsWith(expected, await AskAsync(server, request));
    }

    [Fact]
    public async Task A_client_that_hangs_up_harms_nobody()
    {
        await using var server = await StartAsync("127.0.0.1:0");
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)server.Address);
            client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.EndsWith("up 1\n", await AskAsync(server, "GET /metrics HTTP/1.1\r\n\r\n"));
    }

    [Fact]
    public async Task A_taken_address_is_reported()
    {
        await using var server = await StartAsync("127.0.0.1:0");
        var address = server.Address.ToString()!;
        var failure = await Assert.ThrowsAsync<MetricsListenException>(() => StartAsync(address));
        Assert.Equal($"cannot serve metrics on {address}: Address already in use", failure.Message);
    }

    [Fact]
    public async Task A_wrong_address_is_reported()
    {
        var failure = await Assert.ThrowsAsync<MetricsListenException>(() => StartAsync("localhost"));
        Assert.Equal("cannot serve metrics on localhost: address localhost: missing port in address", failure.Message);
    }

    private static Task<MetricsServer> StartAsync(string address) =>
        MetricsServer.StartAsync(
            address, () => "up 1\n", TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);

    private static async Task<string> AskAsync(MetricsServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)server.Address);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
