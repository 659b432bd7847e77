using Npgsql;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>A client above the limit gets an error that PostgreSQL's clients show.</summary>
public abstract class LimitTests(EngineKind kind)
{
    private static readonly ForwarderOptions Two = Forward.Options with { MaxConnections = 2 };

    [Fact]
    public async Task A_client_above_the_limit_gets_53300_and_others_are_unaffected()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address, Two);
        using var figures = new Figures();
        using var first = await Client.ConnectAsync(forward.Address);
        var second = await Client.ConnectAsync(forward.Address);
        Assert.Equal("one", await first.EchoAsync("one"));
        Assert.Equal("two", await second.EchoAsync("two"));
        for (var i = 0; i < 5; i++)
        {
            using var third = await Client.ConnectAsync(forward.Address);
            await third.SendAsync(StartupPackets.Startup());
            var error = RefusalText.Parse(await third.ReceiveAllAsync());
            Assert.Equal("53300", error['C']);
            Assert.Equal("FATAL", error['S']);
        }

        Assert.Equal(2, server.Served);
        Assert.Equal(2, figures.Read("stolon_proxy_connections_open"));
        Assert.Equal(5, figures.Read("stolon_proxy_connections_refused_total"));
        Assert.Equal("still", await first.EchoAsync("still"));
        second.Dispose();
        await figures.EventuallyAsync("stolon_proxy_connections_open", 1);
        using var next = await Client.ConnectAsync(forward.Address);
        Assert.Equal("in", await next.EchoAsync("in"));
    }

    [Theory]
    [InlineData(SslMode.Disable, "disable")]
    [InlineData(SslMode.Prefer, "prefer")]
    public async Task PostgreSQL_clients_show_the_error(SslMode npgsql, string psql)
    {
        await using var forward = Forward.To(kind, (await RealPostgres.LoopContext).Address, Two);
        await using var first = await RealPostgres.ConnectAsync(forward.Address);
        await using var second = await RealPostgres.ConnectAsync(forward.Address);

        await RealPostgres.AreRefusedAsync(
            forward.Address, npgsql, psql,
            PostgresErrorCodes.TooManyConnections, "FATAL:  sorry, too many clients already");
    }

    [Fact]
    public async Task The_limit_holds_when_many_come_at_once()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(
            kind, server.Address, Forward.Options with { MaxConnections = 50 });
        using var figures = new Figures();
        var clients = await Task.WhenAll(
            Enumerable.Range(0, 300).Select(_ => Client.ConnectAsync(forward.Address)));
        await figures.EventuallyAsync("stolon_proxy_connections_refused_total", 250);
        Assert.Equal(50, figures.Read("stolon_proxy_connections_open"));
        await Eventually.BeTrueAsync(() => server.Served == 50, Client.Patience, "fifty are served");
        Assert.All(clients, c => c.Dispose());
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
    }

    public sealed class OnEpoll() : LimitTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : LimitTests(EngineKind.Portable);
}
