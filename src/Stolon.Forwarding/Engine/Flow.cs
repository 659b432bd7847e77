using System.Net.Sockets;
using Stolon.Forwarding.Cancellation;
using Stolon.Forwarding.Network;

namespace Stolon.Forwarding.Engine;

/// <summary>One direction of a pair: receives from one socket and sends to the other. It holds a buffer only for data
/// that the receiver has not accepted yet, and receives nothing more until that data is sent. So a slow receiver slows
/// its sender down and costs one buffer.</summary>
internal sealed class Flow
{
    private byte[]? _held;
    private int _heldFrom;
    private int _heldTo;

    /// <summary>The socket to receive from.</summary>
    public int From { get; set; } = Pair.NoSocket;

    /// <summary>The socket to send to.</summary>
    public int To { get; set; } = Pair.NoSocket;

    /// <summary>A receive may return data or the end of the stream.</summary>
    public bool CanReceive { get; set; }

    /// <summary>A send may succeed.</summary>
    public bool CanSend { get; set; }

    /// <summary>The sender has finished: receive until the end of the stream, even after a receive that did not fill
    /// the buffer, because no further event comes.</summary>
    public bool SenderFinished { get; set; }

    /// <summary>One of the sockets has failed: an end of the stream is now a failure, not a half-close.</summary>
    public bool Breaking { get; set; }

    /// <summary>Inspects the first forwarded bytes. Null: not, or no longer, needed.</summary>
    public CancelRequestSniffer? CancelRequestSniffer { get; set; }

    /// <summary>All data and the end of the stream have been forwarded.</summary>
    public bool Ended { get; private set; }

    /// <summary>Bytes forwarded since the other direction last forwarded any.</summary>
    public long BytesInARow { get; set; }

    /// <summary>All available data has been received and sent, and the sender may send more.</summary>
    public bool IsDrained => !CanReceive && CanSend && _held is null && !SenderFinished;

    /// <summary>Forwards what is available, up to the limit of one turn.</summary>
    /// <param name="passed">The number of forwarded bytes is added to it.</param>
    public FlowOutcome Move(INetwork network, LoopBuffers buffers, RouteLease lease, ref long passed)
    {
        var before = passed;
        while (!Ended)
        {
            if (_held is not null && SendHeld(network, buffers, lease) is { } stopped)
            {
                return stopped;
            }

            if (!CanReceive || !CanSend)
            {
                return FlowOutcome.Blocked;
            }

            if (passed - before >= LoopBuffers.Bytes)
            {
                // A bulk transfer lets other connections have their turn.
                return FlowOutcome.More;
            }

            if (Forward(network, buffers, lease, ref passed) is { } failed)
            {
                return failed;
            }
        }

        return FlowOutcome.Ended;
    }

    /// <summary>Sends these bytes before any received data. Call it before the first <see cref="Move"/>.</summary>
    public void Begin(ReadOnlySpan<byte> bytes, LoopBuffers buffers) =>
        (_held, _heldFrom, _heldTo) = (buffers.Hold(bytes), 0, bytes.Length);

    /// <summary>Releases the held buffer, if any.</summary>
    public void DropHeld(LoopBuffers buffers)
    {
        if (_held is not null)
        {
            buffers.Release(_held);
            _held = null;
        }
    }

    /// <returns>Null: continue.</returns>
    private FlowOutcome? Forward(INetwork network, LoopBuffers buffers, RouteLease lease, ref long passed)
    {
        var buffer = buffers.Scratch.AsSpan(0, buffers.ReceiveSize);
        var received = network.Receive(From, buffer, out var error);
        if (error != SocketError.Success)
        {
            CanReceive = false;
            return error == SocketError.WouldBlock ? FlowOutcome.Blocked : FlowOutcome.Failed;
        }

        if (received == 0)
        {
            if (Breaking)
            {
                return FlowOutcome.Failed;
            }

            Ended = true;
            return network.FinishSending(To) == SocketError.Success ? FlowOutcome.Ended : FlowOutcome.Failed;
        }

        // The receive did not fill the buffer, so the socket is empty and an event announces new data (epoll(7),
        // question 9).
        CanReceive = received == buffer.Length || SenderFinished;
        if (!lease.IsValid)
        {
            return FlowOutcome.LeaseExpired;
        }

        if (CancelRequestSniffer?.Inspect(buffer[..received]) == true)
        {
            CancelRequestSniffer = null;
        }

        var sent = network.Send(To, buffer[..received], out error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return FlowOutcome.Failed;
        }

        passed += received;
        sent = error == SocketError.Success ? sent : 0;
        if (sent < received)
        {
            // The send was partial, so the socket is full and an event announces new room.
            HoldRest(buffers, sent, received);
            CanSend = false;
        }

        return null;
    }

    private void HoldRest(LoopBuffers buffers, int sent, int received)
    {
        var rest = received - sent;
        if (rest > buffers.Scratch.Length / 4)
        {
            // Much is left: keep the buffer without copying; the loop uses another one.
            (_held, _heldFrom, _heldTo) = (buffers.TakeScratch(), sent, received);
        }
        else
        {
            (_held, _heldFrom, _heldTo) = (buffers.Hold(buffers.Scratch.AsSpan(sent, rest)), 0, rest);
        }
    }

    /// <returns>Null: all held data was sent.</returns>
    private FlowOutcome? SendHeld(INetwork network, LoopBuffers buffers, RouteLease lease)
    {
        if (!CanSend)
        {
            return FlowOutcome.Blocked;
        }

        if (!lease.IsValid)
        {
            return FlowOutcome.LeaseExpired;
        }

        var sent = network.Send(To, _held.AsSpan(_heldFrom, _heldTo - _heldFrom), out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return FlowOutcome.Failed;
        }

        _heldFrom += error == SocketError.Success ? sent : 0;
        if (_heldFrom == _heldTo)
        {
            DropHeld(buffers);
            return null;
        }

        // The socket is full; an event announces new room.
        CanSend = false;
        return FlowOutcome.Blocked;
    }
}
