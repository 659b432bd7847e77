using System.Net.Sockets;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Protocol;

namespace Stolon.Forwarding.Engine;

/// <summary>Refuses clients: by closing the connection as the original does, or with an error of PostgreSQL's
/// protocol.</summary>
internal sealed class Rejector(LoopState loop, ConnectionCloser closer)
{
    /// <summary>Rejections with a message that a loop handles at a time. Further clients are closed without a message,
    /// so that refusing never costs more than serving.</summary>
    private const int MaxRejections = 1000;

    /// <summary>Receives from one client per event. A client that sends more is closed at its deadline.</summary>
    private const int MaxReceives = 8;

    private static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(5);

    private readonly Deadlines _deadlines = new(loop.LoopContext.Time, MaxDuration);
    private int _active;

    /// <summary>When the next rejection times out, a timestamp. Null: none is in progress.</summary>
    public long? NextDeadline => _deadlines.Next;

    /// <summary>Refuses a client without a destination: closes it, either now or after it has received the
    /// message.</summary>
    public void Refuse(Pair pair, RefusalCause cause)
    {
        Deadlines.Clear(pair);
        if (MessageFor(cause) is not { } message || _active == MaxRejections)
        {
            closer.Refuse(pair, cause);
            return;
        }

        loop.Counters.Refused(cause);
        closer.ReleaseClientSlot(pair);
        _active++;
        pair.Rejection = new StartupRejection(message);
        _deadlines.Set(pair, loop.Now);
        pair.MoveTo(PairState.Rejecting);
        Process(pair);
    }

    /// <summary>Receives from the client and answers.</summary>
    public void Process(Pair pair)
    {
        for (var receives = 0; pair.Up.CanReceive && receives < MaxReceives; receives++)
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
            else if (!pair.Rejection!.Finished && !TryAnswer(pair, loop.Buffers.Scratch.AsSpan(0, received)))
            {
                End(pair);
                return;
            }
        }
    }

    public void ExpireDeadlines(long now)
    {
        while (_deadlines.TakeDue(now) is { } pair)
        {
            End(pair);
        }
    }

    /// <returns>False: the connection has failed.</returns>
    private bool TryAnswer(Pair pair, ReadOnlySpan<byte> received)
    {
        var answer = pair.Rejection!.Read(received);
        var fits = answer.Length == 0
            || (loop.Network.Send(pair.Client, answer, out var error) == answer.Length && error == SocketError.Success);

        // After the last answer the client closes first: unread data would turn our close into a reset, which could
        // overtake the error message.
        return fits && (!pair.Rejection.Finished || loop.Network.FinishSending(pair.Client) == SocketError.Success);
    }

    private void End(Pair pair)
    {
        _active--;
        closer.Finish(pair);
    }

    private byte[]? MessageFor(RefusalCause cause) => cause switch
    {
        RefusalCause.TooManyConnections => StartupRejection.TooManyClients,
        RefusalCause.NoDestination or RefusalCause.DialFailed or RefusalCause.NoResources
            when loop.LoopContext.Options.ExplainRefusals => StartupRejection.NoServer,
        _ => null,
    };
}
