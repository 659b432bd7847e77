using System.Net.Sockets;
using Stolon.Forwarding.Cancellation;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Protocol;

namespace Stolon.Forwarding.Engine;

/// <summary>Passes data on between a client and the destination it is joined with.</summary>
internal sealed class Relay(LoopState loop, ConnectionCloser closer)
{
    /// <summary>More than a socket's receive buffer holds: nobody is heard out for ever.</summary>
    private const int MostLastTurns = 32;

    private readonly ReadCoalescer _coalescer = new(loop);

    /// <summary>When the next rest of a bulk transfer is over, a timestamp. Null: none rests.</summary>
    public long? NextDeadline => _coalescer.NextDeadline;

    public void Join(Pair pair)
    {
        Deadlines.Clear(pair);
        pair.Tried = null;
        pair.State = PairState.Joined;
        pair.Up.CanSend = true;
        pair.Down.CanSend = true;
        if (loop.LoopContext.Options.ProxyProtocol)
        {
            pair.Up.Begin(ProxyHeader.Of(loop.Network.EndsOf(pair.Client)), loop.Buffers);
        }

        if (loop.Routes.Entries.Count > 1)
        {
            pair.Up.CancelRequestSniffer = new CancelRequestSniffer(loop, pair);
        }

        Move(pair, pair.Up, pair.Down);
    }

    /// <summary>A socket of a joined pair is ready; the flows know already.</summary>
    /// <param name="from">The flow that receives from it.</param>
    /// <param name="to">The flow that sends to it.</param>
    public void React(Pair pair, Flow from, Flow to, Ready ready)
    {
        // Nobody receives from a socket whose peer has finished; when it breaks after that, only this tells.
        if (ready.HasFlag(Ready.Broken) && from.Ended && loop.Network.FailureOf(from.From) != SocketError.Success)
        {
            closer.Break(pair);
            return;
        }

        // What the peer sent before its end comes first: sending to it would fail, and end the pair.
        Move(pair, from, to);
    }

    public void TakeTurn(Pair pair)
    {
        pair.Queued = false;
        if (pair.State == PairState.Joined)
        {
            Move(pair, pair.Up, pair.Down);
        }
    }

    /// <summary>Takes what has gathered for those whose rest is over.</summary>
    public void ExpireDeadlines(long now)
    {
        while (_coalescer.TakeDue(now) is { } pair)
        {
            Move(pair, pair.Up, pair.Down);
        }
    }

    private void Move(Pair pair, Flow first, Flow second)
    {
        var counters = pair.Destination!.Counters[loop.Index];
        var firstPassed = 0L;
        var secondPassed = 0L;
        var a = first.Move(loop.Network, loop.Buffers, loop.LoopContext.RouteLease, ref firstPassed);
        var b = a switch
        {
            FlowOutcome.Untrusted => a,
            FlowOutcome.Failed => ReadFully(second, ref secondPassed),
            _ => second.Move(loop.Network, loop.Buffers, loop.LoopContext.RouteLease, ref secondPassed),
        };
        if (b == FlowOutcome.Failed && a != FlowOutcome.Failed)
        {
            _ = ReadFully(first, ref firstPassed);
        }

        var (up, down) = first == pair.Up ? (firstPassed, secondPassed) : (secondPassed, firstPassed);
        counters.FromClients += up;
        counters.ToClients += down;
        Conclude(pair, a, b);
        if (pair.State == PairState.Joined
            && !(_coalescer.Consider(pair, pair.Up, up, down) && _coalescer.Consider(pair, pair.Down, down, up)))
        {
            closer.Break(pair);
        }
    }

    /// <summary>A socket that takes nothing any more may still hold what its peer said before: the last words of a
    /// server that is shut down, to a client that goes on sending.</summary>
    private FlowOutcome ReadFully(Flow flow, ref long passed)
    {
        (flow.CanReceive, flow.Breaking) = (true, true);
        var outcome = FlowOutcome.More;
        for (var turn = 0; turn < MostLastTurns && outcome == FlowOutcome.More; turn++)
        {
            outcome = flow.Move(loop.Network, loop.Buffers, loop.LoopContext.RouteLease, ref passed);
        }

        return outcome;
    }

    private void Conclude(Pair pair, FlowOutcome a, FlowOutcome b)
    {
        if (a == FlowOutcome.Untrusted || b == FlowOutcome.Untrusted)
        {
            closer.OnLeaseExpired(pair);
        }
        else if (a == FlowOutcome.Failed || b == FlowOutcome.Failed)
        {
            closer.Break(pair);
        }
        else if (a == FlowOutcome.Ended && b == FlowOutcome.Ended)
        {
            closer.Finish(pair);
        }
        else if ((a == FlowOutcome.More || b == FlowOutcome.More) && !pair.Queued)
        {
            pair.Queued = true;
            loop.Busy.Enqueue(pair);
        }
    }
}
