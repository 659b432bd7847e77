using System.Net.Sockets;
using System.Text;

namespace Stolon.Hosting;

/// <summary>Tells systemd how the program is (sd_notify(3)); does nothing when nobody asked.</summary>
internal sealed class ServiceManager(string? socketPath)
{
    public const string Ready = "READY=1";
    public const string Stopping = "STOPPING=1";
    private const string SocketVariable = "NOTIFY_SOCKET";

    public static ServiceManager Of(ProcessEnvironment environment) => new(environment.Variable(SocketVariable));

    /// <summary>Sends one state; a service manager that does not listen is its own problem, not ours.</summary>
    public void Notify(string state)
    {
        if (socketPath is not ['/' or '@', _, ..])
        {
            return;
        }

        // A leading @ stands for the zero byte of an abstract socket name.
        var endpoint = new UnixDomainSocketEndPoint(socketPath[0] is '@' ? "\0" + socketPath[1..] : socketPath);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Blocking = false;
        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(state), endpoint);
        }
        catch (SocketException)
        {
            // Documented above: best effort.
        }
    }
}
