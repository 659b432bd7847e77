using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Protocol;

/// <summary>The first bytes of a connection by the PROXY protocol, version 2 (haproxy.org, "The PROXY protocol",
/// section 2.2): who the client is and where it connected to.</summary>
internal static class ProxyHeader
{
    private const byte VersionAndProxy = 0x21;
    private const byte StreamOverV4 = 0x11;
    private const byte StreamOverV6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="ends">Null: not known, or a Unix socket, which is said so.</param>
    public static byte[] Of((IPEndPoint Remote, IPEndPoint Local)? ends)
    {
        if (ends is not var (remote, local))
        {
            return [.. Signature, VersionAndProxy, 0, 0, 0];
        }

        var (from, to) = (Plain(remote.Address), Plain(local.Address));
        var addresses = new List<byte>([.. from.GetAddressBytes(), .. to.GetAddressBytes()]);
        addresses.AddRange(Number(remote.Port));
        addresses.AddRange(Number(local.Port));
        var family = from.AddressFamily == AddressFamily.InterNetwork ? StreamOverV4 : StreamOverV6;
        return [.. Signature, VersionAndProxy, family, .. Number(addresses.Count), .. addresses];
    }

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static byte[] Number(int value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
