using System.Net.Sockets;

namespace Stolon.Forwarding.Listening;

/// <summary>A socket that is being listened on.</summary>
internal sealed class OpenSocket(Socket socket, int number)
{
    /// <summary>Tokens up to this one belong to listening sockets.</summary>
    public const long LastToken = -2;

    public Socket Socket => socket;

    public long Token => LastToken - number;

    /// <summary>The system says that it is none: it has to be opened anew.</summary>
    public bool Broken { get; set; }
}
