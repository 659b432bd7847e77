using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Metrics;

namespace Stolon.Forwarding.Engine;

/// <summary>Ends pairs. Whatever ends one ends it here, once.</summary>
internal sealed class ConnectionCloser(LoopState loop)
{
    /// <summary>Both ends have been served: nothing is lost.</summary>
    public void Finish(Pair pair) => Close(pair, abortive: false);

    /// <summary>One side is broken: the other is reset, as it would have been without a proxy.</summary>
    public void Break(Pair pair) => Close(pair, abortive: true);

    public void OnLeaseExpired(Pair pair)
    {
        loop.Counters.LeaseExpiries++;
        Break(pair);
    }

    /// <summary>The client leaves without having been joined.</summary>
    public void Refuse(Pair pair, RefusalCause cause)
    {
        loop.Counters.Refused(cause);
        Finish(pair);
    }

    /// <summary>Ends them all before it returns, first every way to a server, then the clients. Thousands are reset
    /// before the first is closed: what takes the time afterwards, nobody waits for.</summary>
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

    /// <summary>Ends the way to the server, if there is one; the client stays.</summary>
    public void Disconnect(Pair pair, bool abortive)
    {
        if (pair.Destination is { } destination)
        {
            loop.Network.Close(pair.Server, abortive);
            destination.Disconnected();
            pair.Disconnect();
        }
    }

    /// <summary>It takes up no place among the clients any more.</summary>
    public void Discount(Pair pair)
    {
        if (pair.Counted)
        {
            pair.Counted = false;
            loop.LoopContext.Leave();
        }
    }

    private void CountCut(Pair pair, CutCause cause)
    {
        if (pair.State == PairState.Joined)
        {
            loop.Counters.Cut(cause);
        }
        else if (pair.State != PairState.Rejector)
        {
            loop.Counters.Refused(cause == CutCause.Shutdown ? RefusalCause.Shutdown : RefusalCause.RouteChanged);
        }
    }

    private void Close(Pair pair, bool abortive)
    {
        Deadlines.Clear(pair);
        Disconnect(pair, abortive);
        loop.Network.Close(pair.Client, abortive);
        pair.Up.Drop(loop.Buffers);
        pair.Down.Drop(loop.Buffers);
        Discount(pair);
        pair.State = PairState.Closed;
        loop.Pairs.Remove(pair);
        loop.OnUnloaded();
    }
}
