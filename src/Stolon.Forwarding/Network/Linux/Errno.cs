using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Stolon.Forwarding.Network.Linux;

/// <summary>Translates error numbers of Linux.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    private const int WouldBlock = 11;

    /// <summary>The error number of this thread's last system call.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    public static SocketError LastError => ToSocketError(Last);

    public static SocketError ToSocketError(int errno) => errno switch
    {
        0 => SocketError.Success,
        WouldBlock => SocketError.WouldBlock,
        104 => SocketError.ConnectionReset,
        // EPIPE: the connection is closed for sending, or was reset.
        32 => SocketError.Shutdown,
        111 => SocketError.ConnectionRefused,
        110 => SocketError.TimedOut,
        115 => SocketError.InProgress,
        113 => SocketError.HostUnreachable,
        101 => SocketError.NetworkUnreachable,
        100 => SocketError.NetworkDown,
        102 => SocketError.NetworkReset,
        112 => SocketError.HostDown,
        23 or 24 => SocketError.TooManyOpenSockets,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        99 => SocketError.AddressNotAvailable,
        98 => SocketError.AddressAlreadyInUse,
        97 => SocketError.AddressFamilyNotSupported,
        // EPROTO, from accept: the client disconnected before it was accepted.
        71 or 103 => SocketError.ConnectionAborted,
        107 => SocketError.NotConnected,
        1 or 13 => SocketError.AccessDenied,
        9 or 88 => SocketError.NotSocket,
        22 => SocketError.InvalidArgument,
        95 => SocketError.OperationNotSupported,
        _ => SocketError.SocketError,
    };
}
