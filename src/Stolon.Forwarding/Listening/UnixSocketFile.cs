using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Listening;

/// <summary>The socket <c>.s.PGSQL.PORT</c> in a directory, where PostgreSQL's clients look for it (manual,
/// "Connections and Authentication", <c>unix_socket_directories</c>, <c>unix_socket_permissions</c>).</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode AllUsers =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="SocketException">The directory is not there or not ours, or somebody answers at that
    /// socket; the text names it.</exception>
    public static Socket Bind(string directory, int port)
    {
        var path = Path.Combine(directory, $".s.PGSQL.{port}");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            var address = new UnixDomainSocketEndPoint(path);
            RemoveDead(path, address);
            socket.Bind(address);
            File.SetUnixFileMode(path, AllUsers);
            socket.Listen();
            return socket;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            socket.Dispose();
            var error = (e as SocketException)?.SocketErrorCode ?? SocketError.AccessDenied;
            throw new SocketException((int)error, $"cannot listen on {path}: {e.Message}");
        }
    }

    /// <summary>Clients find nobody there any more. Nothing happens for addresses of other families.</summary>
    public static void Remove(EndPoint? address)
    {
        if (address is UnixDomainSocketEndPoint unix)
        {
            try
            {
                File.Delete(unix.ToString());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It stays behind as after a kill; the next start removes it.
            }
        }
    }

    /// <summary>What a killed process has left cannot be bound again; where somebody listens, it fails to bind and says
    /// so.</summary>
    private static void RemoveDead(string path, UnixDomainSocketEndPoint address)
    {
        // What has contents is no socket; binding to it fails.
        if (!File.Exists(path) || new FileInfo(path).Length > 0)
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            Blocking = false,
        };
        try
        {
            probe.Connect(address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // Somebody is there whose queue is full.
        }
    }
}
