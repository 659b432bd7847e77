using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Checks every frame that arrives in a test.</summary>
internal sealed class StreamWatch
{
    private long _frames;

    public long Frames => Interlocked.Read(ref _frames);

    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>Checks until the connection ends, is reset or has a fault.</summary>
    /// <param name="own">Whether a turn belongs to the receiver.</param>
    public async Task CheckAsync(Socket socket, StreamCheck check, Func<int, bool> own)
    {
        try
        {
            while (await CheckOneAsync(socket, check, own))
            {
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed, perhaps in the middle of a frame.
        }
    }

    /// <returns>False: the connection has ended or has a fault.</returns>
    public async Task<bool> CheckOneAsync(Socket socket, StreamCheck check, Func<int, bool>? own = null)
    {
        var buffer = new byte[Frame.Bytes];
        for (var filled = 0; filled < buffer.Length;)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(filled));
            if (count == 0)
            {
                return false;
            }

            filled += count;
        }

        Interlocked.Increment(ref _frames);
        var frame = Frame.Read(buffer);
        var fault = check.Check(frame)
            ?? (own is null || own(frame!.Value.Turn) ? null : $"{frame} has reached the previous primary");
        if (fault is not null)
        {
            Faults.Enqueue(fault);
        }

        return fault is null;
    }
}
