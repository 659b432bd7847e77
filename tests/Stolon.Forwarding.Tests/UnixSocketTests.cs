using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>The Unix socket of the port, to which PostgreSQL's clients connect.</summary>
public abstract class UnixSocketTests(EngineKind kind) : IDisposable
{
    private readonly TemporaryDirectory _directory = new("unix");

    private ForwarderOptions Options => Forward.Options with { UnixSocketDirectory = _directory.Path };

    [Fact]
    public async Task Psql_connects_through_the_directory_and_the_port()
    {
        await using var forward = Forward.To(kind, (await RealPostgres.LoopContext).Address, Options);
        foreach (var host in new[] { _directory.Path, "127.0.0.1" })
        {
            var to = $"host={host} port={forward.Address.Port} user=stolon dbname=postgres";
            Assert.Equal((0, "42\n"), await RealPostgres.PsqlAsync(to, "select 6 * 7"));
        }
    }

    [Fact]
    public async Task Half_close_and_reset_work_as_over_TCP()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address, Options);
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        using (var client = await Client.ConnectAsync(forward.UnixAddress(_directory.Path)))
        using (var accepted = await server.AcceptAsync())
        {
            var up = Traffic.SendRandomAsync(client, 20_000_000, seed: 1);
            var received = await Traffic.HashOfAllAsync(accepted);
            Assert.Equal(await up, received);
            var down = Traffic.SendRandomAsync(accepted, 20_000_000, seed: 2);
            received = await Traffic.HashOfAllAsync(client);
            Assert.Equal(await down, received);
        }

        using (var client = await Client.ConnectAsync(forward.UnixAddress(_directory.Path)))
        using (var accepted = await server.AcceptAsync())
        {
            var sending = Traffic.SendUntilResetAsync(client);
            await accepted.ReceiveTextAsync(100_000);
            accepted.Close(0);
            await Eventually.CompleteAsync(sending, Client.Patience, "the client sees the reset");
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
    }

    [Fact]
    public async Task A_change_of_destination_closes_its_clients()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address, Options);
        using var client = await Client.ConnectAsync(forward.UnixAddress(_directory.Path));
        Assert.Equal("before", await client.EchoAsync("before"));
        forward.Engine.Route(null);
        Assert.True(client.IsClosedNow());
    }

    [Fact]
    public async Task The_socket_exists_as_long_as_the_port_is_open()
    {
        await using var forward = Forward.Closed(kind, Options with { Port = FreePort.Next() });
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(Directory.GetFiles(_directory.Path));
            forward.Engine.Listen();
            var file = Assert.Single(Directory.GetFiles(_directory.Path));
            Assert.Equal($".s.PGSQL.{forward.Address.Port}", Path.GetFileName(file));
            Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(file));
            forward.Engine.StopListening();
        }

        Assert.Empty(Directory.GetFiles(_directory.Path));
        forward.Engine.Listen();
        await forward.DisposeAsync();
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task The_socket_of_a_killed_process_is_replaced()
    {
        var port = FreePort.Next();
        var path = _directory.File($".s.PGSQL.{port}");
        using (var killed = Listening(path + ".moved"))
        {
            // Closing it would remove its file. Because it is moved, it stays, as after a kill.
            File.Move(path + ".moved", path);
        }

        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address, Options with { Port = port });
        using var client = await Client.ConnectAsync(forward.UnixAddress(_directory.Path));
        Assert.Equal("served", await client.EchoAsync("served"));
    }

    [Fact]
    public async Task A_socket_of_another_process_is_kept_and_the_port_stays_closed()
    {
        var port = FreePort.Next();
        var path = _directory.File($".s.PGSQL.{port}");
        using var other = Listening(path);
        await using var forward = Forward.Closed(kind, Options with { Port = port });

        var error = Assert.Throws<SocketException>(forward.Engine.Listen);

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Contains(path, error.Message);
        Assert.False(forward.Engine.Listening);
        using var client = await Client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await Assert.ThrowsAnyAsync<SocketException>(
            () => Client.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port)));
    }

    [Fact]
    public async Task A_process_that_never_accepts_does_not_block_the_proxy()
    {
        var port = FreePort.Next();
        var path = _directory.File($".s.PGSQL.{port}");
        using var other = Listening(path, backlog: 0);
        using var queued = await Client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await using var forward = Forward.Closed(kind, Options with { Port = port });

        var error = await Assert.ThrowsAsync<SocketException>(
            () => Task.Run(forward.Engine.Listen).WaitAsync(Client.Patience));

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
    }

    [Fact]
    public async Task An_error_about_a_missing_directory_contains_its_path()
    {
        await using var forward = Forward.Closed(
            kind, Options with { UnixSocketDirectory = _directory.File("none") });
        Assert.Contains(_directory.File("none"), Assert.Throws<SocketException>(forward.Engine.Listen).Message);
    }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Socket Listening(string path, int backlog = int.MaxValue)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(backlog);
        return socket;
    }

    public sealed class OnEpoll() : UnixSocketTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : UnixSocketTests(EngineKind.Portable);
}
