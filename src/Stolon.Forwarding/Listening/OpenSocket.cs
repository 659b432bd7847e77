using System.Net.Sockets;

namespace Stolon.Forwarding.Listening;

/// <summary>A listening socket.</summary>
internal sealed class OpenSocket(Socket socket, int number)
{
    /// <summary>Tokens less than or equal to this one belong to listening sockets.</summary>
    public const long LastToken = -2;

    public Socket Socket => socket;

    public long Token => LastToken - number;

    /// <summary>An accept failed permanently: the socket must be reopened.</summary>
    public bool Broken { get; set; }
}
