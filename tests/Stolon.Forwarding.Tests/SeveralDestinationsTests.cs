using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>A port with several destinations, as the read-only port is.</summary>
public abstract class SeveralDestinationsTests(EngineKind kind) : IAsyncLifetime
{
    private readonly Destination[] _servers = [Naming("a"), Naming("b"), Naming("c")];
    private readonly List<Socket> _clients = [];
    private readonly Forward _forward = Forward.Nowhere(kind);

    [Fact]
    public async Task New_clients_go_to_the_destination_with_the_fewest_connections()
    {
        _forward.Engine.RouteAmong((_servers[0], 0), (_servers[1], 0), (_servers[2], 0));
        var first = await NamesAsync(30);
        Assert.All(["a", "b", "c"], name => Assert.Equal(10, first.Count(n => n == name)));

        using var figures = new Figures();
        var leaving = _clients.Where((_, i) => first[i] == "b").ToList();
        leaving.ForEach(c => c.Dispose());
        await figures.EventuallyAsync("stolon_proxy_connections_open", 20);

        Assert.All(await NamesAsync(10), n => Assert.Equal("b", n));
    }

    [Fact]
    public async Task Consecutive_clients_are_spread_too()
    {
        _forward.Engine.RouteAmong((_servers[0], 0), (_servers[1], 0), (_servers[2], 0));
        using var figures = new Figures();
        var names = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            names.AddRange(await NamesAsync(1));
            _clients.ForEach(c => c.Dispose());
            await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        }

        Assert.All(["a", "b", "c"], name => Assert.Equal(2, names.Count(n => n == name)));
    }

    [Fact]
    public async Task All_clients_go_to_the_lowest_rank()
    {
        _forward.Engine.RouteAmong((_servers[0], 2), (_servers[1], 1), (_servers[2], 1));
        var names = await NamesAsync(20);
        Assert.All(["b", "c"], name => Assert.Equal(10, names.Count(n => n == name)));
    }

    [Fact]
    public async Task Only_connections_to_a_removed_destination_are_closed()
    {
        _forward.Engine.RouteAmong((_servers[0], 0), (_servers[1], 0), (_servers[2], 0));
        var names = await NamesAsync(30);

        _forward.Engine.RouteAmong((_servers[0], 0), (_servers[2], 0));

        Assert.Equal(names.Select(n => n == "b"), _clients.Select(c => c.IsClosedNow()));
        foreach (var (client, name) in _clients.Zip(names).Where(c => c.Second != "b"))
        {
            Assert.Equal("still", await client.EchoAsync("still"));
            Assert.NotEqual("b", name);
        }
    }

    [Fact]
    public async Task A_new_rank_keeps_existing_connections()
    {
        _forward.Engine.RouteAmong((_servers[0], 0), (_servers[1], 1));
        Assert.Equal(["a", "a"], await NamesAsync(2));

        _forward.Engine.RouteAmong((_servers[0], 1), (_servers[1], 0));

        Assert.Equal(["b", "b"], await NamesAsync(2));
        foreach (var client in _clients)
        {
            Assert.Equal("still", await client.EchoAsync("still"));
        }
    }

    [Fact]
    public async Task All_clients_are_closed_when_no_destination_is_left()
    {
        _forward.Engine.RouteAmong((_servers[0], 0), (_servers[1], 0));
        await NamesAsync(10);
        _forward.Engine.RouteAmong();
        Assert.All(_clients, c => Assert.True(c.IsClosedNow()));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _forward.DisposeAsync();
        Array.ForEach(_servers, s => s.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends its name first, then echoes.</summary>
    private static Destination Naming(string name) => Destination.Serving(async socket =>
    {
        await socket.SendTextAsync(name);
        await Destination.EchoAsync(socket);
    });

    /// <summary>Connects that many clients, one after the other, and reads which destination each is joined
    /// with.</summary>
    private async Task<List<string>> NamesAsync(int count)
    {
        var names = new List<string>();
        for (var i = 0; i < count; i++)
        {
            _clients.Add(await Client.ConnectAsync(_forward.Address));
            names.Add(await _clients[^1].ReceiveTextAsync(1));
        }

        return names;
    }

    public sealed class OnEpoll() : SeveralDestinationsTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : SeveralDestinationsTests(EngineKind.Portable);
}
