using System.Net.Sockets;
using System.Security.Cryptography;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Sends bulk data in one direction of a connection and checks it on the other side.</summary>
internal static class Traffic
{
    private static readonly byte[] Zeros = new byte[64 * 1024];

    /// <summary>Sends random bytes in blocks of random size, finishes sending, and returns the hash.</summary>
    /// <param name="progress">Receives the size of each sent block.</param>
    public static async Task<string> SendRandomAsync(
        Socket socket, long bytes, int seed, Action<int>? progress = null)
    {
        await Task.Yield();
        var random = new Random(seed);
        var block = new byte[200_000];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long sent = 0; sent < bytes;)
        {
            var size = (int)Math.Min(random.Next(1, block.Length), bytes - sent);
            random.NextBytes(block.AsSpan(0, size));
            hash.AppendData(block, 0, size);
            for (var offset = 0; offset < size;)
            {
                offset += await socket.SendAsync(block.AsMemory(offset, size - offset));
            }

            progress?.Invoke(size);
            sent += size;
        }

        socket.Shutdown(SocketShutdown.Send);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Returns the hash of all data until the sender has finished.</summary>
    public static async Task<string> HashOfAllAsync(Socket socket)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[100_000];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).WaitAsync(Client.Patience)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, count));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Sends until the connection fails.</summary>
    /// <param name="progress">Receives the size of each sent block.</param>
    public static async Task SendUntilResetAsync(Socket socket, Action<int>? progress = null)
    {
        await Task.Yield();
        try
        {
            while (true)
            {
                var sent = await socket.SendAsync(Zeros);
                progress?.Invoke(sent);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset by the peer, or closed by the test itself.
        }
    }

    /// <summary>Receives until the end or a reset.</summary>
    /// <returns>True: the sender finished normally. False: the connection was reset.</returns>
    public static async Task<bool> DrainAsync(Socket socket)
    {
        var buffer = new byte[100_000];
        try
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(Client.Patience) > 0)
            {
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Waits until half a second has passed without progress, because a receiver does not read.</summary>
    public static async Task StallsAsync(Func<long> progress)
    {
        for (long last = -1, now; (now = progress()) != last; last = now)
        {
            await Task.Delay(500);
        }
    }
}
