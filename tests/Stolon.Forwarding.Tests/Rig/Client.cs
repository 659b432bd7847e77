using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Operations on one end of a connection; none waits longer than <see cref="Patience"/>.</summary>
internal static class Client
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<Socket> ConnectAsync(EndPoint address)
    {
        var protocol = address.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, protocol);
        try
        {
            await socket.ConnectAsync(address).WaitAsync(Patience);
            return socket;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects from another address of this machine, because each has only about 28,000 ports for outgoing
    /// connections.</summary>
    public static async Task<Socket> ConnectFromAsync(IPAddress source, EndPoint address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(address).WaitAsync(Patience);
        return socket;
    }

    public static Task SendTextAsync(this Socket socket, string text) =>
        socket.SendAsync(Encoding.ASCII.GetBytes(text)).WaitAsync(Patience);

    /// <summary>Receives <paramref name="length"/> bytes, or fewer if the peer finishes earlier.</summary>
    public static async Task<string> ReceiveTextAsync(this Socket socket, int length)
    {
        var buffer = new byte[length];
        var filled = 0;
        while (filled < length)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(filled)).AsTask().WaitAsync(Patience);
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return Encoding.ASCII.GetString(buffer, 0, filled);
    }

    /// <summary>Receives until the peer finishes sending.</summary>
    /// <exception cref="SocketException">The peer reset the connection.</exception>
    public static async Task<byte[]> ReceiveAllAsync(this Socket socket, List<byte>? all = null)
    {
        all ??= [];
        var buffer = new byte[10_000];
        int count;
        while ((count = await socket.ReceiveAsync(buffer).WaitAsync(Patience)) > 0)
        {
            all.AddRange(buffer.AsSpan(0, count));
        }

        return [.. all];
    }

    /// <summary>Waits for the end. True: the peer finished normally. False: it reset the connection.</summary>
    public static async Task<bool> EndsAsync(this Socket socket, TimeSpan? within = null)
    {
        try
        {
            var count = await socket.ReceiveAsync(new byte[1]).WaitAsync(within ?? Patience);
            Assert.Equal(0, count);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Whether the peer has already closed or reset the connection. Does not wait.</summary>
    public static bool IsClosedNow(this Socket socket) => socket.Poll(0, SelectMode.SelectRead);

    public static async Task<string> EchoAsync(this Socket socket, string text)
    {
        await socket.SendTextAsync(text);
        return await socket.ReceiveTextAsync(text.Length);
    }

    /// <summary>Sends in segments of one byte or more.</summary>
    public static async Task SendInPiecesAsync(this Socket socket, byte[] bytes, Random random)
    {
        socket.NoDelay = true;
        for (var sent = 0; sent < bytes.Length;)
        {
            var count = random.Next(1, Math.Min(bytes.Length - sent, random.Next(2) == 0 ? 3 : 2000) + 1);
            sent += await socket.SendAsync(bytes.AsMemory(sent, count));
        }
    }
}
