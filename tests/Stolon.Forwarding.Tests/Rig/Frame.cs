using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>A piece of a stream that shows whether it is out of order or damaged.</summary>
/// <param name="Connection">The number of the connection in its test; 0 from servers.</param>
/// <param name="Turn">The turn in which it was sent, which determines the right destination.</param>
/// <param name="Number">Counts from 0 in each direction of a connection.</param>
internal readonly record struct Frame(int Connection, int Turn, long Number)
{
    /// <summary>Odd, so that frames lie across every boundary of buffers.</summary>
    public const int Bytes = 997;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], Connection);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], Turn);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], Number);
        to[24..Bytes].Fill((byte)Number);
        BinaryPrimitives.WriteInt64LittleEndian(to, Checksum(to));
    }

    /// <returns>Null: damaged.</returns>
    public static Frame? Read(ReadOnlySpan<byte> from) =>
        BinaryPrimitives.ReadInt64LittleEndian(from) != Checksum(from)
            ? null
            : new Frame(
                BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
                BinaryPrimitives.ReadInt32LittleEndian(from[12..]),
                BinaryPrimitives.ReadInt64LittleEndian(from[16..]));

    private static long Checksum(ReadOnlySpan<byte> frame)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(frame[8..Bytes], hash);
        return BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
