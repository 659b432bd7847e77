using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Listening;

/// <summary>The Unix socket <c>.s.PGSQL.PORT</c>, to which PostgreSQL's clients connect (manual,
/// "Connections and Authentication", <c>unix_socket_directories</c>, <c>unix_socket_permissions</c>).</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode AllUsers =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="SocketException">The directory does not exist or is not writable, or another process listens on
    /// the socket; the message contains its path.</exception>
    public static Socket Bind(string directory, int port)
    {
        var path = Path.Combine(directory, $".s.PGSQL.{port}");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            var address = new UnixDomainSocketEndPoint(path);
            RemoveStale(path, address);
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

    /// <summary>Removes the file of a Unix socket. Does nothing for other addresses.</summary>
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
                // The file remains, as after a kill; the next start removes it.
            }
        }
    }

    /// <summary>Removes the file that a killed process has left, because it prevents a bind. If another process listens
    /// on it, the file stays and the bind fails.</summary>
    private static void RemoveStale(string path, UnixDomainSocketEndPoint address)
    {
        // A file with contents is not a socket: keep it; the bind fails.
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
            // Another process listens; its queue is full.
        }
    }
}
