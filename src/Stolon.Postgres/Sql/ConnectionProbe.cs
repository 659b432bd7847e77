using System.Net.Sockets;

namespace Stolon.Postgres.Sql;

/// <summary>Checks whether the server answers a new connection, without logging in.</summary>
internal sealed class ConnectionProbe(PostgresOptions options, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // SSLRequest (manual, "Message Formats"): the process that the server starts for this connection answers a letter.
    // A connection alone proves nothing: the kernel accepts it even for a frozen server.
    private static readonly byte[] Request = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

    /// <summary>Tries every route.</summary>
    public async Task<bool> IsAnsweredAsync(int port, CancellationToken cancellationToken)
    {
        foreach (var route in LocalRoute.All(options, port))
        {
            try
            {
                return await TimeLimit.RunAsync(
                    "knock", Limit, time, token => QueryAsync(route, port, token), cancellationToken);
            }
            catch (Exception e) when (e is SocketException or TimeoutException or IOException)
            {
                // Try the next route.
            }
        }

        return false;
    }

    private static async Task<bool> QueryAsync(LocalRoute route, int port, CancellationToken cancellationToken)
    {
        using var socket = await route.ConnectAsync(port, cancellationToken);
        await socket.SendAsync(Request, cancellationToken);
        var answer = new byte[1];
        return await socket.ReceiveAsync(answer, cancellationToken) == 1 && answer[0] is (byte)'S' or (byte)'N';
    }
}
