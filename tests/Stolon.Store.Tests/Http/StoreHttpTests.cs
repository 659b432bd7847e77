using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Tests.Http;

/// <summary>Which of several servers is used, and what is known if none responds.</summary>
public sealed class StoreHttpTests
{
    private static readonly StoreHttpRequest Write =
        new(HttpMethod.Put, "/key") { Body = "value"u8.ToArray(), Writes = true };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_goes_to_the_next_server_if_the_first_does_not_connect()
    {
        using var silent = new FullBacklogListener();
        await using var other = new FixedResponseServer("200 OK", "done");
        using var http = Http(silent.Endpoint, other.Endpoint);

        var answer = await http.SendAsync(Write, Token);

        Assert.Equal("done", answer.Text);
    }

    [Fact]
    public async Task A_write_to_a_server_that_does_not_connect_certainly_did_not_happen()
    {
        using var silent = new FullBacklogListener();
        using var http = Http(silent.Endpoint);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => http.SendAsync(Write, Token));

        Assert.EndsWith("; nothing was written", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_reports_an_error_is_not_tried_first_again()
    {
        await using var minority = new FixedResponseServer("503 Service Unavailable", "no leader");
        await using var majority = new FixedResponseServer("200 OK", "done");
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
}
