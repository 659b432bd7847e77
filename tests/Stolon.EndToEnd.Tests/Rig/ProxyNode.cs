using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A proxy.</summary>
/// <param name="Port">The port it opens on 127.0.0.1 when it may.</param>
public sealed record ProxyNode(int Port, TestProcess Process)
{
    /// <inheritdoc cref="ClusterShape.Certificates"/>
    public ClusterCertificates? Certificates { get; init; }

    /// <summary>Whether the port takes connections, whatever becomes of them.</summary>
    public async Task<bool> IsOpenAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>To the primary, as its superuser.</summary>
    public Task<NpgsqlConnection> ConnectAsync() => Sql.ConnectAsync(Port, Sql.Superuser, Certificates);

    /// <summary>One value from the primary, as text, for a superuser whose password is another now.</summary>
    public async Task<string?> AskAsync(string query, string password)
    {
        await using var connection = await Sql.ConnectAsync(Port, Sql.Superuser, Certificates, password: password);
        return await Sql.AskAsync(connection, query);
    }

    /// <summary>One value from the primary, as text. Null: it could not be reached.</summary>
    public async Task<string?> AskAsync(string query)
    {
        try
        {
            await using var connection = await ConnectAsync();
            return await Sql.AskAsync(connection, query);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }
}
