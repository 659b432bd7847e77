using System.Buffers;

namespace Stolon.Forwarding.Engine;

/// <summary>A loop's memory for data on its way: one buffer for whatever it is moving now, and others for what
/// receivers have not taken yet.</summary>
internal sealed class LoopBuffers
{
    /// <summary>What is asked of a socket whose last receive did not fill that: a question or an answer.</summary>
    public const int SmallBytes = 16 * 1024;

    /// <summary>What is asked of a socket that has more: a bulk transfer.</summary>
    public const int LargeBytes = 64 * 1024;

    private const int MostSpares = 16;

    private readonly Stack<byte[]> _spares = [];
    private int _held;

    /// <summary>Its contents count until the next move.</summary>
    public byte[] Scratch { get; private set; } = new byte[LargeBytes];

    /// <summary>Buffers held by flows now. From any thread.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Gives the present buffer away and takes another.</summary>
    public byte[] TakeScratch()
    {
        var taken = Scratch;
        Scratch = _spares.TryPop(out var spare) ? spare : new byte[LargeBytes];
        _held++;
        return taken;
    }

    /// <summary>A copy of those bytes, at the beginning of a buffer that may be longer.</summary>
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
        if (buffer.Length != LargeBytes)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        else if (_spares.Count < MostSpares)
        {
            _spares.Push(buffer);
        }
    }
}
