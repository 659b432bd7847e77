using System.Net.Sockets;

namespace Stolon.Forwarding.Engine;

/// <summary>Lets the sender of a bulk transfer get ahead, so that one receive takes what would have been a dozen: for
/// a moment its socket's data is not told, then taken all at once. PostgreSQL sends a result in pieces of 8 KiB, and
/// the calls for each cost more than moving its bytes.</summary>
/// <remarks>Queries and answers never rest: only what one side sends while the other is silent counts as bulk, and the
/// rest in which the other speaks is the last one. The end of the data is told at once where the sender closes; else it
/// is passed on a rest later.</remarks>
internal sealed class ReadCoalescer(LoopState loop)
{
    /// <summary>A fast sender fills some 64 KiB meanwhile, half of what a socket takes without being read.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromMicroseconds(100);

    /// <summary>What has come in a row when the first rest begins: small results are never late.</summary>
    private const long BulkBytes = 256 * 1024;

    /// <summary>A rest that gathers less is the last one.</summary>
    private const long MinBulkBytes = 16 * 1024;

    private readonly Deadlines _rests = new(loop.LoopContext.Time, Rest);

    /// <summary>When the next rest is over, a timestamp. Null: nobody rests.</summary>
    public long? NextDeadline => _rests.Next;

    /// <summary>A pair whose rest is over; what its socket has is to be taken. Null: none.</summary>
    public Pair? TakeDue(long now)
    {
        if (_rests.TakeDue(now) is not { } pair)
        {
            return null;
        }

        pair.ReadCoalescer!.CanReceive = true;
        return pair;
    }

    /// <summary>What the turn of a joined pair has brought.</summary>
    /// <param name="flow">A flow of it.</param>
    /// <param name="passed">What it passed on, bytes.</param>
    /// <param name="otherPassed">What the other flow passed on, bytes.</param>
    /// <returns>False: its socket cannot be heeded any more.</returns>
    public bool Consider(Pair pair, Flow flow, long passed, long otherPassed)
    {
        flow.InARow = otherPassed > 0 ? 0 : flow.InARow + passed;
        return pair.ReadCoalescer == flow ? Continue(pair, flow, passed)
            : pair.ReadCoalescer is not null || flow.InARow < BulkBytes || passed == 0 || !flow.IsDrained
                || Begin(pair, flow);
    }

    /// <summary>Ends the rest of a pair that has nothing to receive, or none that is worth it.</summary>
    private bool Continue(Pair pair, Flow flow, long passed)
    {
        if (flow.Ended)
        {
            pair.ReadCoalescer = null;
            Deadlines.Clear(pair);
            return true;
        }

        if (pair.Deadline is not null || !flow.IsDrained)
        {
            // It rests still; or it waits for its receiver, or for its next turn.
            return true;
        }

        // Once the other side has spoken it is no bulk any more, until as much has come again.
        if (passed >= MinBulkBytes && flow.InARow >= BulkBytes)
        {
            _rests.Set(pair, loop.Now);
            return true;
        }

        pair.ReadCoalescer = null;
        flow.InARow = 0;
        return loop.Network.SetInterest(flow.From, Token(pair, flow), toData: true) == SocketError.Success;
    }

    private bool Begin(Pair pair, Flow flow)
    {
        if (loop.Network.SetInterest(flow.From, Token(pair, flow), toData: false) == SocketError.Success)
        {
            pair.ReadCoalescer = flow;
            _rests.Set(pair, loop.Now);
        }

        return true;
    }

    private static long Token(Pair pair, Flow flow) =>
        flow == pair.Up ? PairTable.ClientToken(pair) : PairTable.ServerToken(pair);
}
