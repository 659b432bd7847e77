using System.Net.Sockets;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>The two ends of one forwarded connection.</summary>
internal sealed record JoinedPair(Socket Client, Socket Server) : IDisposable
{
    /// <param name="server">A silent one, from which only this method accepts.</param>
    public static async Task<JoinedPair> ThroughAsync(Forward forward, Destination server)
    {
        var client = await Rig.Client.ConnectAsync(forward.Address);
        return new JoinedPair(client, await server.AcceptAsync());
    }

    public Socket Of(Side side) => side == Side.Client ? Client : Server;

    public Socket Opposite(Side side) => side == Side.Client ? Server : Client;

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
