using System.Net.Sockets;
using Stolon.Forwarding.Cancellation;
using Stolon.Forwarding.Network;

namespace Stolon.Forwarding.Engine;

/// <summary>One direction of a pair: takes what one socket has and gives it to the other. It holds no buffer but for
/// data that the receiver has not taken yet, and takes nothing more until that has gone: a slow reader slows its sender
/// down and costs one buffer.</summary>
internal sealed class Flow
{
    private byte[]? _held;
    private int _heldFrom;
    private int _heldTo;

    /// <summary>The socket data comes from.</summary>
    public int From { get; set; } = Pair.NoSocket;

    /// <summary>The socket data goes to.</summary>
    public int To { get; set; } = Pair.NoSocket;

    /// <summary>There may be data, or the end of it.</summary>
    public bool CanReceive { get; set; }

    /// <summary>There may be room for data.</summary>
    public bool CanSend { get; set; }

    /// <summary>The sender has finished: a receive that takes less than it could is not the last one.</summary>
    public bool SenderFinished { get; set; }

    /// <summary>One of the sockets is known to be broken: an end that shows up now is none that the sender
    /// meant.</summary>
    public bool Breaking { get; set; }

    /// <summary>Looks at what is passed on. Null: nobody does, or no more.</summary>
    public CancelRequestSniffer? CancelRequestSniffer { get; set; }

    /// <summary>Everything has been passed on, and the receiver was told that nothing more comes.</summary>
    public bool Ended { get; private set; }

    /// <summary>Bytes passed on since the other direction passed any.</summary>
    public long InARow { get; set; }

    /// <summary>Everything that had come has been passed on and taken, and more may come.</summary>
    public bool IsDrained => !CanReceive && CanSend && _held is null && !SenderFinished;

    /// <summary>Moves what can be moved now, but not more than one turn's worth.</summary>
    /// <param name="passed">What was passed on is added to it, bytes.</param>
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
                // A bulk transfer gives way to other connections.
                return FlowOutcome.More;
            }

            if (PassOn(network, buffers, lease, ref passed) is { } failed)
            {
                return failed;
            }
        }

        return FlowOutcome.Ended;
    }

    /// <summary>Puts bytes in front of everything that is received.</summary>
    public void Begin(ReadOnlySpan<byte> bytes, LoopBuffers buffers) =>
        (_held, _heldFrom, _heldTo) = (buffers.Hold(bytes), 0, bytes.Length);

    /// <summary>Gives back what is held; nothing is moved afterwards.</summary>
    public void Drop(LoopBuffers buffers)
    {
        if (_held is not null)
        {
            buffers.Release(_held);
            _held = null;
        }
    }

    /// <returns>Null: go on.</returns>
    private FlowOutcome? PassOn(INetwork network, LoopBuffers buffers, RouteLease lease, ref long passed)
    {
        var buffer = buffers.Scratch.AsSpan(0, buffers.Room);
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

        // A socket that gave less than it could is empty: the next data is announced (epoll(7), question 9).
        CanReceive = received == buffer.Length || SenderFinished;
        if (!lease.Holds)
        {
            return FlowOutcome.Untrusted;
        }

        if (CancelRequestSniffer?.Hear(buffer[..received]) == true)
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
            // It took less than it could: it is full, and its next room is announced.
            Keep(buffers, sent, received);
            CanSend = false;
        }

        return null;
    }

    private void Keep(LoopBuffers buffers, int sent, int received)
    {
        var rest = received - sent;
        if (rest > buffers.Scratch.Length / 4)
        {
            // Much is left: keep the buffer as it is and let the loop take another.
            (_held, _heldFrom, _heldTo) = (buffers.TakeScratch(), sent, received);
        }
        else
        {
            (_held, _heldFrom, _heldTo) = (buffers.Hold(buffers.Scratch.AsSpan(sent, rest)), 0, rest);
        }
    }

    /// <returns>Null: all of it has gone.</returns>
    private FlowOutcome? SendHeld(INetwork network, LoopBuffers buffers, RouteLease lease)
    {
        if (!CanSend)
        {
            return FlowOutcome.Blocked;
        }

        if (!lease.Holds)
        {
            return FlowOutcome.Untrusted;
        }

        var sent = network.Send(To, _held.AsSpan(_heldFrom, _heldTo - _heldFrom), out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return FlowOutcome.Failed;
        }

        _heldFrom += error == SocketError.Success ? sent : 0;
        if (_heldFrom == _heldTo)
        {
            Drop(buffers);
            return null;
        }

        // It is full, and its next room is announced.
        CanSend = false;
        return FlowOutcome.Blocked;
    }
}
