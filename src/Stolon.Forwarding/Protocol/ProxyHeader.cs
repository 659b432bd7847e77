using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Protocol;

/// <summary>The header of the PROXY protocol, version 2 (haproxy.org, "The PROXY protocol",
/// section 2.2): the addresses of the client and of the port that it connected to.</summary>
internal static class ProxyHeader
{
    private const byte VersionAndProxy = 0x21;
    private const byte StreamOverV4 = 0x11;
    private const byte StreamOverV6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="ends">Null: unknown, or a Unix socket; the header is then one without addresses.</param>
    public static byte[] Of((IPEndPoint Remote, IPEndPoint Local)? ends)
    {
        if (ends is not var (remote, local))
        {
            return [.. Signature, VersionAndProxy, 0, 0, 0];
        }

        var (from, to) = (Unmapped(remote.Address), Unmapped(local.Address));
        var addresses = new List<byte>([.. from.GetAddressBytes(), .. to.GetAddressBytes()]);
        addresses.AddRange(BigEndian(remote.Port));
        addresses.AddRange(BigEndian(local.Port));
        var family = from.AddressFamily == AddressFamily.InterNetwork ? StreamOverV4 : StreamOverV6;
        return [.. Signature, VersionAndProxy, family, .. BigEndian(addresses.Count), .. addresses];
    }

    private static IPAddress Unmapped(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
