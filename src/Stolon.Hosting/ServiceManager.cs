using System.Net.Sockets;
using System.Text;

namespace Stolon.Hosting;

/// <summary>Reports the state of the program to systemd (sd_notify(3)); does nothing without
/// <c>NOTIFY_SOCKET</c>.</summary>
internal sealed class ServiceManager(string? socketPath)
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";
    private const string SocketVariable = "NOTIFY_SOCKET";

    public static ServiceManager Of(ProcessEnvironment environment) => new(environment.Variable(SocketVariable));

    /// <summary>Sends one state, without waiting. A service manager that does not listen is ignored.</summary>
    public void Notify(string state)
    {
        if (socketPath is not ['/' or '@', _, ..])
        {
            return;
        }

        // A leading @ means an abstract socket, whose name begins with a zero byte.
        var endpoint = new UnixDomainSocketEndPoint(socketPath[0] is '@' ? "\0" + socketPath[1..] : socketPath);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Blocking = false;
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), endpoint);
        }
        catch (SocketException)
        {
            // Best effort, see above.
        }
    }
}
