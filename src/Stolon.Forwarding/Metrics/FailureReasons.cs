using System.Net.Sockets;

namespace Stolon.Forwarding.Metrics;

/// <summary>The reasons of failed dials that metrics distinguish.</summary>
internal static class FailureReasons
{
    private static readonly (SocketError Error, string Label)[] Known =
    [
        (SocketError.ConnectionRefused, "refused"),
        (SocketError.TimedOut, "timeout"),
        (SocketError.HostUnreachable, "unreachable"),
        (SocketError.NetworkUnreachable, "unreachable_network"),
        (SocketError.ConnectionReset, "reset"),
        (SocketError.TooManyOpenSockets, "no_descriptor"),
        (SocketError.AddressNotAvailable, "no_local_port"),
        (SocketError.NoBufferSpaceAvailable, "no_memory"),
    ];

    public static int Count => Known.Length + 1;

    public static int IndexOf(SocketError error)
    {
        var index = Array.FindIndex(Known, k => k.Error == error);
        return index < 0 ? Known.Length : index;
    }

    public static string Label(int index) => index < Known.Length ? Known[index].Label : "other";
}
