using System.Buffers.Binary;
using Google.Protobuf;

namespace Stolon.Store.Etcd.Grpc;

/// <summary>gRPC's message framing: a byte "compressed", four bytes length (big-endian), the message. Source: grpc.io,
/// "gRPC over HTTP2", Length-Prefixed-Message.</summary>
internal static class GrpcFrame
{
    private const int PrefixBytes = 5;

    /// <summary>Limit of one answer: far above what a cluster stores, far below what would hurt us.</summary>
    private const int MaxMessageBytes = 64 * 1024 * 1024;

    public static byte[] Pack(IMessage message)
    {
        var size = message.CalculateSize();
        var frame = new byte[PrefixBytes + size];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), size);
        message.WriteTo(frame.AsSpan(PrefixBytes));
        return frame;
    }

    /// <summary>The next message; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">Not a frame, or one that we do not take.</exception>
    public static async Task<T?> ReadAsync<T>(
        Stream stream, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var prefix = new byte[PrefixBytes];
        var read = await stream.ReadAtLeastAsync(prefix, PrefixBytes, throwOnEndOfStream: false, cancellationToken);
        if (read == 0)
        {
            return null;
        }
        if (read < PrefixBytes || prefix[0] != 0)
        {
            throw new InvalidDataException("the answer is not an uncompressed gRPC message");
        }
        var size = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (size > MaxMessageBytes)
        {
            throw new InvalidDataException($"the answer has {size} bytes, more than {MaxMessageBytes}");
        }
        var message = new byte[size];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return parser.ParseFrom(message);
    }
}
