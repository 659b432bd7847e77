using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding;

/// <summary>One client and its connection to one destination, from the dial to the end of both directions. It never
/// changes its destination, and once <see cref="Abort"/> has returned it passes on not a byte more.</summary>
internal sealed class ConnectionPair(
    Socket client, Socket server, IPEndPoint destination, Trust trust, ForwardingMetrics metrics)
{
    private const int BufferBytes = 32 * 1024;

    private readonly Lock _closing = new();
    private bool _closed;

    public IPEndPoint Destination => destination;

    /// <summary>Closes both sockets before it returns, also when another thread is closing them at this moment. Data on
    /// its way is dropped and both peers see a reset.</summary>
    public void Abort() => Close(abortive: true);

    /// <summary>Dials, then copies until both directions have ended or one has failed.</summary>
    /// <returns>Null if the destination answered; otherwise why it could not be reached.</returns>
    public async Task<SocketError?> RunAsync(TimeSpan dialTimeout, TimeProvider time)
    {
        try
        {
            var failure = await DialAsync(dialTimeout, time);
            if (failure is null)
            {
                await Task.WhenAll(
                    CopyAsync(client, server, metrics.FromClient), CopyAsync(server, client, metrics.ToClient));
            }

            return failure;
        }
        finally
        {
            Close(abortive: false);
        }
    }

    private async Task<SocketError?> DialAsync(TimeSpan timeout, TimeProvider time)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        try
        {
            await server.ConnectAsync(destination, deadline.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            // The only token here is the deadline's.
            return SocketError.TimedOut;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    /// <summary>Copies until the sender has finished, and tells the receiver so by ending this direction only.
    /// Disposing the sockets is what interrupts it, so it takes no token.</summary>
    private async Task CopyAsync(Socket from, Socket to, Action<int> count)
    {
        try
        {
            while (true)
            {
                // Reading into nothing waits for data without holding a buffer: most database connections are idle.
                await from.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
                if (!await PassOnAsync(from, to, count))
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            Abort();
        }
    }

    /// <returns>False: the sender has finished.</returns>
    private async ValueTask<bool> PassOnAsync(Socket from, Socket to, Action<int> count)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (true)
            {
                var received = await from.ReceiveAsync(buffer.AsMemory(0, BufferBytes), SocketFlags.None);
                if (!trust.Holds)
                {
                    throw new SocketException((int)SocketError.OperationAborted);
                }

                for (var sent = 0; sent < received;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, received - sent), SocketFlags.None);
                }

                count(received);
                if (received < BufferBytes)
                {
                    return received > 0;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Close(bool abortive)
    {
        // Whoever comes second waits for the first: Abort promises that the sockets are closed, not that they are being
        // closed.
        lock (_closing)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            if (abortive)
            {
                server.Close(0);
                client.Close(0);
            }
            else
            {
                server.Dispose();
                client.Dispose();
            }
        }
    }
}
