using System.Net.Sockets;
using Stolon.Forwarding.Cancellation;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Protocol;

namespace Stolon.Forwarding.Engine;

/// <summary>Forwards data between a client and its destination.</summary>
internal sealed class Relay(LoopState loop, ConnectionCloser closer)
{
    /// <summary>The limit of <see cref="ForwardRemaining"/>: more data than a socket's receive buffer holds.</summary>
    private const int MaxFinalMoves = 32;

    private readonly ReadCoalescer _coalescer = new(loop);

    /// <summary>When the next pause of a bulk transfer ends, a timestamp. Null: no pause.</summary>
    public long? NextDeadline => _coalescer.NextDeadline;

    public void Join(Pair pair)
    {
        Deadlines.Clear(pair);
        pair.Tried = null;
        pair.MoveTo(PairState.Joined);
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

    /// <summary>Handles an event of a joined pair. The flows are already updated.</summary>
    /// <param name="from">The flow that receives from the socket.</param>
    /// <param name="to">The flow that sends to the socket.</param>
    public void React(Pair pair, Flow from, Flow to, Ready ready)
    {
        // After the end of the stream no receive reports a failure of that socket: ask for it.
        if (ready.HasFlag(Ready.Broken) && from.Ended && loop.Network.FailureOf(from.From) != SocketError.Success)
        {
            closer.Break(pair);
            return;
        }

        // Receive first what the peer sent before it closed: a send to it would fail and close the pair.
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

    /// <summary>Forwards the data of bulk transfers whose pause is over.</summary>
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
            FlowOutcome.LeaseExpired => a,
            FlowOutcome.Failed => ForwardRemaining(second, ref secondPassed),
            _ => second.Move(loop.Network, loop.Buffers, loop.LoopContext.RouteLease, ref secondPassed),
        };
        if (b == FlowOutcome.Failed && a != FlowOutcome.Failed)
        {
            _ = ForwardRemaining(first, ref firstPassed);
        }

        var (up, down) = first == pair.Up ? (firstPassed, secondPassed) : (secondPassed, firstPassed);
        counters.FromClients += up;
        counters.ToClients += down;
        HandleOutcomes(pair, a, b);
        if (pair.State == PairState.Joined
            && !(_coalescer.AfterMove(pair, pair.Up, up, down) && _coalescer.AfterMove(pair, pair.Down, down, up)))
        {
            closer.Break(pair);
        }
    }

    /// <summary>Forwards what a failed socket received before it failed, such as the last message of a server that
    /// shuts down while the client is still sending.</summary>
    private FlowOutcome ForwardRemaining(Flow flow, ref long passed)
    {
        (flow.CanReceive, flow.Breaking) = (true, true);
        var outcome = FlowOutcome.More;
        for (var turn = 0; turn < MaxFinalMoves && outcome == FlowOutcome.More; turn++)
        {
            outcome = flow.Move(loop.Network, loop.Buffers, loop.LoopContext.RouteLease, ref passed);
        }

        return outcome;
    }

    private void HandleOutcomes(Pair pair, FlowOutcome a, FlowOutcome b)
    {
        if (a == FlowOutcome.LeaseExpired || b == FlowOutcome.LeaseExpired)
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
