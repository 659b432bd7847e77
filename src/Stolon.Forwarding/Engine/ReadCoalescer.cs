using System.Net.Sockets;

namespace Stolon.Forwarding.Engine;

/// <summary>Reads bulk transfers at intervals instead of at each arrival.</summary>
/// <remarks>
/// <para>The idea: PostgreSQL sends a result in pieces of 8 KiB, and the system calls for each piece cost more than
/// copying its bytes. After one side has sent 256 KiB while the other was silent, the loop turns off the events for
/// arriving data on its socket and reads the socket every 100 microseconds. One receive then takes what would have been
/// a dozen. Pauses follow each other until one gathers less than 16 KiB or the other side sends something; then the
/// events are turned on again.</para>
/// <para>The invariant: while data events of a socket are off, its flow is the pair's <see cref="Pair.CoalescedFlow"/>,
/// and something will read the socket. Either the pair has a deadline in <c>_pauses</c>, or the flow is not drained:
/// then it waits for its receiver (events for sending stay on), for its next turn, or for the end of the stream (events
/// for it stay on). <see cref="AfterMove"/> runs after each of these and either starts the next pause or turns the
/// events on again.</para>
/// <para>Why it is safe: only the time of a receive changes. <see cref="Flow"/> still forwards every byte in order and
/// checks the <see cref="RouteLease"/>. Turning the events on again also reports data that has already arrived, so none
/// is missed; if that call fails, the pair is closed. Closing a pair removes its deadline. The added latency is at most
/// one pause (a millisecond where the system's timers are no finer), and only after 256 KiB in one direction: queries
/// and small results are never delayed. A sender is not slowed down, because it fills only about half of the socket's
/// receive buffer during a pause.</para>
/// </remarks>
internal sealed class ReadCoalescer(LoopState loop)
{
    /// <summary>A fast sender sends about 64 KiB in this time, half of a socket's receive buffer.</summary>
    private static readonly TimeSpan PauseLength = TimeSpan.FromMicroseconds(100);

    /// <summary>How much one side must send without an answer before the first pause.</summary>
    private const long BulkBytes = 256 * 1024;

    /// <summary>A pause that gathers less is the last one.</summary>
    private const long MinBulkBytes = 16 * 1024;

    private readonly Deadlines _pauses = new(loop.LoopContext.Time, PauseLength);

    /// <summary>When the next pause ends, a timestamp. Null: no pause.</summary>
    public long? NextDeadline => _pauses.Next;

    /// <summary>Returns a pair whose pause is over: its socket must be read now. Null: none.</summary>
    public Pair? TakeDue(long now)
    {
        if (_pauses.TakeDue(now) is not { } pair)
        {
            return null;
        }

        pair.CoalescedFlow!.CanReceive = true;
        return pair;
    }

    /// <summary>Starts, continues or ends pauses, after the flows of a joined pair have moved.</summary>
    /// <param name="flow">One of the pair's flows.</param>
    /// <param name="passed">Bytes that this flow forwarded.</param>
    /// <param name="otherPassed">Bytes that the other flow forwarded.</param>
    /// <returns>False: events could not be turned on again; the pair must be closed.</returns>
    public bool AfterMove(Pair pair, Flow flow, long passed, long otherPassed)
    {
        flow.BytesInARow = otherPassed > 0 ? 0 : flow.BytesInARow + passed;
        return pair.CoalescedFlow == flow ? Continue(pair, flow, passed)
            : pair.CoalescedFlow is not null || flow.BytesInARow < BulkBytes || passed == 0 || !flow.IsDrained
                || Begin(pair, flow);
    }

    /// <summary>Starts the next pause, or ends coalescing if the last pause gathered too little.</summary>
    private bool Continue(Pair pair, Flow flow, long passed)
    {
        if (flow.Ended)
        {
            pair.CoalescedFlow = null;
            Deadlines.Clear(pair);
            return true;
        }

        if (pair.Deadline is not null || !flow.IsDrained)
        {
            // The pause is not over, or the flow waits for its receiver or its next turn.
            return true;
        }

        // BytesInARow is small if the other side has sent something: then it is no bulk transfer any more.
        if (passed >= MinBulkBytes && flow.BytesInARow >= BulkBytes)
        {
            _pauses.Set(pair, loop.Now);
            return true;
        }

        pair.CoalescedFlow = null;
        flow.BytesInARow = 0;
        return loop.Network.SetInterest(flow.From, Token(pair, flow), includingData: true) == SocketError.Success;
    }

    private bool Begin(Pair pair, Flow flow)
    {
        if (loop.Network.SetInterest(flow.From, Token(pair, flow), includingData: false) == SocketError.Success)
        {
            pair.CoalescedFlow = flow;
            _pauses.Set(pair, loop.Now);
        }

        return true;
    }

    private static long Token(Pair pair, Flow flow) =>
        flow == pair.Up ? PairTable.ClientToken(pair) : PairTable.ServerToken(pair);
}
