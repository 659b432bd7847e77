using System.Buffers;

namespace Stolon.Forwarding.Engine;

/// <summary>The buffers of a loop: one for the data that it is forwarding now, and others for data that slow receivers
/// have not accepted yet.</summary>
internal sealed class LoopBuffers
{
    /// <summary>The size of one receive. A bulk transfer has about 150 KiB ready at each turn, which this size forwards
    /// in two calls instead of six. The kernel buffers megabytes for a slow receiver anyway.</summary>
    public const int Bytes = 256 * 1024;

    /// <summary>The size of one receive while many receivers are slow, so that ten thousand of them do not cost
    /// gigabytes.</summary>
    private const int ReducedBytes = 16 * 1024;
    private const int ManyHeld = 64;
    private const int MaxSpares = 16;

    private readonly Stack<byte[]> _spares = [];
    private int _held;

    /// <summary>How many bytes to receive at a time now.</summary>
    public int ReceiveSize => _held < ManyHeld ? Bytes : ReducedBytes;

    /// <summary>The loop's working buffer. Its contents are valid until the next receive.</summary>
    public byte[] Scratch { get; private set; } = new byte[Bytes];

    /// <summary>The number of buffers that flows hold. From any thread.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Hands the working buffer to the caller and replaces it.</summary>
    public byte[] TakeScratch()
    {
        var taken = Scratch;
        Scratch = _spares.TryPop(out var spare) ? spare : new byte[Bytes];
        _held++;
        return taken;
    }

    /// <summary>Returns a copy of the bytes, at the beginning of a buffer that may be longer.</summary>
    public byte[] Hold(ReadOnlySpan<byte> bytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(buffer);
        _held++;
        return buffer;
    }

    public void Release(byte[] buffer)
    {
        _held--;
        if (buffer.Length != Bytes)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        else if (_spares.Count < MaxSpares)
        {
            _spares.Push(buffer);
        }
    }
}
