using System.Buffers.Binary;
using System.Text;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Valid first packets of a client (PostgreSQL manual, "Message Formats"), and invalid ones.</summary>
internal static class StartupPackets
{
    public const int Version3 = 196608;

    /// <summary>A request for TLS.</summary>
    public static byte[] Ssl { get; } = Packet(80877103);

    /// <summary>A request for GSSAPI encryption.</summary>
    public static byte[] Gss { get; } = Packet(80877104);

    /// <summary>A request to cancel the query of another connection.</summary>
    public static byte[] Cancel { get; } = Packet(80877102, [0, 0, 48, 57, 1, 2, 3, 4]);

    public static byte[] Startup(string user = "stolon", string database = "postgres") =>
        Packet(Version3, Encoding.UTF8.GetBytes($"user\0{user}\0database\0{database}\0\0"));

    /// <summary>One of the above, or a damaged variant.</summary>
    public static byte[] Fuzzed(Random random)
    {
        var start = Startup();
        return random.Next(14) switch
        {
            0 => Noise(random, random.Next(1, 5000)),
            1 => start[..random.Next(1, start.Length)],
            2 => WithLength(start, int.MaxValue),
            3 => WithLength(start, -1),
            4 => WithLength(start, random.Next(0, 8)),
            5 => WithLength(start, start.Length + random.Next(1, 100_000)),
            6 => [.. Enumerable.Repeat(Ssl, random.Next(2, 50)).SelectMany(p => p)],
            7 => [.. Gss, .. Ssl, .. start],
            8 => Cancel,
            9 => [.. Cancel[..random.Next(1, Cancel.Length)]],
            10 => Packet(random.Next()),
            11 => [.. start, .. Noise(random, random.Next(1, 3000))],
            12 => Packet(Version3, Noise(random, random.Next(0, 9000))),
            _ => [.. Ssl, .. start],
        };
    }

    public static byte[] Packet(int code, params byte[] rest)
    {
        var packet = new byte[8 + rest.Length];
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), code);
        rest.CopyTo(packet, 8);
        return WithLength(packet, packet.Length);
    }

    private static byte[] WithLength(byte[] packet, int length)
    {
        byte[] changed = [.. packet];
        BinaryPrimitives.WriteInt32BigEndian(changed, length);
        return changed;
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
