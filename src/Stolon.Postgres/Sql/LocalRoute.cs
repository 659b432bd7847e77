using System.Net.Sockets;

namespace Stolon.Postgres.Sql;

/// <summary>A route to the keeper's own server.</summary>
/// <param name="Host">The directory of a socket, or an address.</param>
/// <param name="IsSocket">False: TCP.</param>
internal sealed record LocalRoute(string Host, bool IsSocket)
{
    /// <summary>The current routes, the best first: the keeper's own socket directory, which no cleanup job empties;
    /// the public one; TCP, which needs no file.</summary>
    public static IReadOnlyList<LocalRoute> All(PostgresOptions options, int port)
    {
        string?[] directories = [options.OwnSocketDirectory, options.SocketDirectory];
        return
        [
            .. directories.OfType<string>()
                .Where(d => File.Exists(SocketIn(d, port)))
                .Select(d => new LocalRoute(d, IsSocket: true)),
            new LocalRoute(AddressOf(options.ListenAddress), IsSocket: false),
        ];
    }

    /// <summary>Text for the operator: which socket is missing and what that means; null: none.</summary>
    /// <remarks>The own directory is not checked, because a server that an older keeper started has no socket
    /// there.</remarks>
    public static string? Missing(PostgresOptions options, int port)
    {
        var socket = SocketIn(options.SocketDirectory, port);
        return File.Exists(socket) ? null
            : $"the server's socket {socket} has been removed, so programs on this host cannot connect there; "
                + $"the keeper uses {All(options, port)[0]}; a restart of PostgreSQL creates the socket again";
    }

    public override string ToString() => IsSocket ? $"the socket in {Host}" : $"TCP at {Host}";

    /// <summary>The endpoint of a raw connection.</summary>
    public async Task<Socket> ConnectAsync(int port, CancellationToken cancellationToken)
    {
        var socket = IsSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await (IsSocket
                ? socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketIn(Host, port)), cancellationToken)
                : socket.ConnectAsync(Host, port, cancellationToken));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal static string AddressOf(string listenAddresses) =>
        listenAddresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault() switch
        {
            null or "*" or "0.0.0.0" => "127.0.0.1",
            "::" => "::1",
            var address => address,
        };

    private static string SocketIn(string directory, int port) => Path.Combine(directory, $".s.PGSQL.{port}");
}
