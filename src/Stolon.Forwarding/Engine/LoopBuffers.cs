using System.Buffers;

namespace Stolon.Forwarding.Engine;

/// <summary>A loop's memory for data on its way: one buffer for whatever it is moving now, and others for what
/// receivers have not taken yet.</summary>
internal sealed class LoopBuffers
{
    /// <summary>What is asked of a socket at a time. A bulk transfer has some 150 KiB ready when the loop comes to it:
    /// two calls move it instead of six. The system itself holds megabytes for a slow receiver.</summary>
    public const int Bytes = 256 * 1024;

    /// <summary>What is asked of a socket while many receivers are slow, so that ten thousand of them do not cost
    /// gigabytes.</summary>
    private const int ScantBytes = 16 * 1024;
    private const int ManyHeld = 64;
    private const int MostSpares = 16;

    private readonly Stack<byte[]> _spares = [];
    private int _held;

    /// <summary>How much of it to use now.</summary>
    public int Room => _held < ManyHeld ? Bytes : ScantBytes;

    /// <summary>Its contents count until the next move.</summary>
    public byte[] Scratch { get; private set; } = new byte[Bytes];

    /// <summary>Buffers held by flows now. From any thread.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Gives the present buffer away and takes another.</summary>
    public byte[] TakeScratch()
    {
        var taken = Scratch;
        Scratch = _spares.TryPop(out var spare) ? spare : new byte[Bytes];
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
        if (buffer.Length != Bytes)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        else if (_spares.Count < MostSpares)
        {
            _spares.Push(buffer);
        }
    }
}
