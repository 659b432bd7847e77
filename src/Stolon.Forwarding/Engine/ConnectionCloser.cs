using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Metrics;

namespace Stolon.Forwarding.Engine;

/// <summary>Closes pairs. Every pair is closed here, exactly once.</summary>
internal sealed class ConnectionCloser(LoopState loop)
{
    /// <summary>Closes both sockets normally: all data has been sent.</summary>
    public void Finish(Pair pair) => Close(pair, abortive: false);

    /// <summary>Resets both sockets: one side has failed, and without a proxy the other would see a reset.</summary>
    public void Break(Pair pair) => Close(pair, abortive: true);

    public void OnLeaseExpired(Pair pair)
    {
        loop.Counters.LeaseExpiries++;
        Break(pair);
    }

    /// <summary>Closes a client that was never joined.</summary>
    public void Refuse(Pair pair, RefusalCause cause)
    {
        loop.Counters.Refused(cause);
        Finish(pair);
    }

    /// <summary>Closes all the pairs before it returns: first the connections to servers, then the clients. All are
    /// reset before the first is closed, because closing thousands of sockets takes longer than resetting
    /// them.</summary>
    /// <returns>How many pairs were closed.</returns>
    public int Cut(IReadOnlyList<Pair> pairs, CutCause cause)
    {
        foreach (var pair in pairs)
        {
            CountCut(pair, cause);
            if (pair.Destination is not null)
            {
                loop.Network.Reset(pair.Server);
            }
        }

        foreach (var pair in pairs)
        {
            loop.Network.Reset(pair.Client);
        }

        foreach (var pair in pairs)
        {
            Disconnect(pair, abortive: true);
        }

        foreach (var pair in pairs)
        {
            Break(pair);
        }

        return pairs.Count;
    }

    /// <summary>Closes the connection to the server, if any; the client stays connected.</summary>
    public void Disconnect(Pair pair, bool abortive)
    {
        if (pair.Destination is { } destination)
        {
            loop.Network.Close(pair.Server, abortive);
            destination.RemoveConnection();
            pair.Disconnect();
        }
    }

    /// <summary>Stops counting the pair towards the limit of clients.</summary>
    public void ReleaseClientSlot(Pair pair)
    {
        if (pair.CountsAsClient)
        {
            pair.CountsAsClient = false;
            loop.LoopContext.RemoveClient();
        }
    }

    private void CountCut(Pair pair, CutCause cause)
    {
        if (pair.State == PairState.Joined)
        {
            loop.Counters.Cut(cause);
        }
        else if (pair.State != PairState.Rejecting)
        {
            loop.Counters.Refused(cause == CutCause.Shutdown ? RefusalCause.Shutdown : RefusalCause.RouteChanged);
        }
    }

    private void Close(Pair pair, bool abortive)
    {
        Deadlines.Clear(pair);
        Disconnect(pair, abortive);
        loop.Network.Close(pair.Client, abortive);
        pair.Up.DropHeld(loop.Buffers);
        pair.Down.DropHeld(loop.Buffers);
        ReleaseClientSlot(pair);
        pair.MoveTo(PairState.Closed);
        loop.Pairs.Remove(pair);
        loop.DecrementLoad();
    }
}
