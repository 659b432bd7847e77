using System.Net.Sockets;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Protocol;

namespace Stolon.Forwarding.Engine;

/// <summary>Turns clients away: without a word as the original, or with an error of PostgreSQL's protocol.</summary>
internal sealed class Rejector(LoopState loop, ConnectionCloser closer)
{
    /// <summary>So many clients a loop talks to at a time; more are closed without a word, so that refusing never costs
    /// more than serving.</summary>
    private const int MaxRejections = 1000;

    /// <summary>One that goes on talking is left to its deadline.</summary>
    private const int MostReceives = 8;

    private static readonly TimeSpan LongestTalk = TimeSpan.FromSeconds(5);

    private readonly Deadlines _talks = new(loop.LoopContext.Time, LongestTalk);
    private int _talking;

    /// <summary>When the next talk has lasted too long, a timestamp. Null: nobody talks.</summary>
    public long? NextDeadline => _talks.Next;

    /// <summary>The pair has no destination (any more); it is closed, or will be when it has heard why.</summary>
    public void Refuse(Pair pair, RefusalCause cause)
    {
        Deadlines.Clear(pair);
        if (MessageFor(cause) is not { } message || _talking == MaxRejections)
        {
            closer.Refuse(pair, cause);
            return;
        }

        loop.Counters.Refused(cause);
        closer.Discount(pair);
        _talking++;
        pair.State = PairState.Rejector;
        pair.Talk = new StartupRejection(message);
        _talks.Set(pair, loop.Now);
        Listen(pair);
    }

    /// <summary>Hears what the client has said, and answers.</summary>
    public void Listen(Pair pair)
    {
        for (var receives = 0; pair.Up.CanReceive && receives < MostReceives; receives++)
        {
            var received = loop.Network.Receive(pair.Client, loop.Buffers.Scratch, out var error);
            if (error == SocketError.WouldBlock)
            {
                pair.Up.CanReceive = false;
            }
            else if (error != SocketError.Success || received == 0)
            {
                End(pair);
                return;
            }
            else if (!pair.Talk!.Over && !Answers(pair, loop.Buffers.Scratch.AsSpan(0, received)))
            {
                End(pair);
                return;
            }
        }
    }

    public void ExpireDeadlines(long now)
    {
        while (_talks.TakeDue(now) is { } pair)
        {
            End(pair);
        }
    }

    /// <returns>False: the client has gone.</returns>
    private bool Answers(Pair pair, ReadOnlySpan<byte> heard)
    {
        var answer = pair.Talk!.Read(heard);
        var fits = answer.Length == 0
            || (loop.Network.Send(pair.Client, answer, out var error) == answer.Length && error == SocketError.Success);

        // After the last word the client is the one to close: data of its that nobody has read would turn our close
        // into a reset, and that could reach it before the error has.
        return fits && (!pair.Talk.Over || loop.Network.FinishSending(pair.Client) == SocketError.Success);
    }

    private void End(Pair pair)
    {
        _talking--;
        closer.Finish(pair);
    }

    private byte[]? MessageFor(RefusalCause cause) => cause switch
    {
        RefusalCause.TooManyConnections => ErrorResponse.TooManyClients,
        RefusalCause.NoDestination or RefusalCause.DialFailed or RefusalCause.NoResources
            when loop.LoopContext.Options.ExplainRefusals => ErrorResponse.NoServer,
        _ => null,
    };
}
