using System.Net.Sockets;
using Stolon.Agents.Ports;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>Finds a destination for each client: asks one after the other, and lets the client wait for a while when
/// there is none, if it may.</summary>
internal sealed class Connector
{
    /// <summary>Between two attempts for a client that waits: a primary that is being promoted refuses for a moment.
    /// A change of routes is an attempt of its own.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LoopState _loop;
    private readonly ConnectionCloser _closer;
    private readonly Rejector _rejector;
    private readonly Relay _relay;
    private readonly Deadlines _dials;
    private readonly Deadlines _pauses;
    private readonly long _pauseTicks;

    public Connector(LoopState loop, ConnectionCloser closer, Rejector rejector, Relay relay)
    {
        (_loop, _closer, _rejector, _relay) = (loop, closer, rejector, relay);
        _dials = new Deadlines(loop.LoopContext.Time, loop.LoopContext.Options.DialTimeout);
        _pauses = new Deadlines(loop.LoopContext.Time, Pause);
        _pauseTicks = loop.LoopContext.Time.TicksOf(Pause);
    }

    /// <summary>When the next dial has taken too long, or the next pause is over, a timestamp. Null: nobody
    /// waits.</summary>
    public long? NextDeadline => _dials.Next is { } dial && !(_pauses.Next < dial) ? dial : _pauses.Next;

    /// <summary>A client has come: its patience begins.</summary>
    public void Begin(Pair pair)
    {
        var time = _loop.LoopContext.Time;
        pair.GiveUpAt = Timestamps.After(_loop.Now, time.TicksOf(_loop.LoopContext.Options.Patience));
        Dial(pair);
    }

    /// <summary>Dials the best destination this client has not tried, or the next if that fails at once; without one it
    /// waits or is refused.</summary>
    public void Dial(Pair pair, RefusalCause otherwise = RefusalCause.NoDestination)
    {
        while (_loop.Routes.Choose(pair.Tried, _loop.Now) is { } destination)
        {
            if (!_loop.LoopContext.RouteLease.Holds)
            {
                _rejector.Refuse(pair, RefusalCause.Untrusted);
                return;
            }

            var error = Start(pair, destination);
            if (error == SocketError.Success)
            {
                return;
            }

            if (error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                otherwise = RefusalCause.NoResources;
                break;
            }

            otherwise = RefusalCause.DialFailed;
        }

        WaitOrRefuse(pair, otherwise);
    }

    /// <summary>The socket of a pair being dialled is ready.</summary>
    public void React(Pair pair, bool fromServer, Ready ready)
    {
        if (fromServer)
        {
            var error = ready.HasFlag(Ready.Broken) ? _loop.Network.FailureOf(pair.Server) : SocketError.Success;
            Conclude(pair, error);
        }
        else if (ready.HasFlag(Ready.Broken))
        {
            _closer.Refuse(pair, RefusalCause.ClientLeft);
        }
    }

    /// <summary>The client of a pair that waits is ready: if it has left, it waits no longer.</summary>
    public void ReactWaiting(Pair pair, Ready ready)
    {
        if (ready.HasFlag(Ready.PeerFinished))
        {
            _closer.Refuse(pair, RefusalCause.ClientLeft);
        }
    }

    public void ExpireDeadlines(long now)
    {
        while (_dials.TakeDue(now) is { } pair)
        {
            Conclude(pair, SocketError.TimedOut);
        }

        while (_pauses.TakeDue(now) is { } pair)
        {
            if (now >= pair.GiveUpAt)
            {
                _rejector.Refuse(pair, RefusalCause.NoDestination);
            }
            else if (_loop.Routes.Choose(null, now)?.FailedAndAskedWithin(_pauseTicks, now) == true)
            {
                // Another client has just asked there: many that wait do not ask more often than one.
                _pauses.Set(pair, now);
            }
            else
            {
                Dial(pair);
            }
        }
    }

    /// <summary>A client that may wait can do without the destination it was being joined with.</summary>
    /// <returns>False: it may not.</returns>
    public bool TryStartAnew(Pair pair)
    {
        if (pair.State != PairState.Connector || _loop.LoopContext.Options.Patience == TimeSpan.Zero)
        {
            return false;
        }

        _closer.Disconnect(pair, abortive: true);
        WaitOrRefuse(pair, RefusalCause.NoDestination);
        return true;
    }

    private SocketError Start(Pair pair, DestinationState destination)
    {
        var network = _loop.Network;
        var error = network.Open(destination.Address, out var server);
        if (error != SocketError.Success)
        {
            Note(destination, error);
            return error;
        }

        pair.Connect(server, destination);
        pair.State = PairState.Connector;
        pair.DialledIn = _loop.Turn;
        destination.Connected();
        destination.Counters[_loop.Index].Dials++;
        _dials.Set(pair, _loop.Now);
        error = network.Connect(server, destination.Address);
        if (error is SocketError.Success or SocketError.InProgress)
        {
            error = network.Watch(server, PairTable.ServerToken(pair));
        }

        if (error != SocketError.Success)
        {
            GiveUp(pair, destination, error);
        }

        return error;
    }

    /// <param name="error">Success: the destination has accepted.</param>
    private void Conclude(Pair pair, SocketError error)
    {
        var destination = pair.Destination!;
        if (error == SocketError.Success)
        {
            destination.Answered();
            _relay.Join(pair);
            return;
        }

        GiveUp(pair, destination, error);
        Dial(pair, RefusalCause.DialFailed);
    }

    private void GiveUp(Pair pair, DestinationState destination, SocketError error)
    {
        Note(destination, error);
        destination.Failed(_loop.Now);
        _closer.Disconnect(pair, abortive: true);
        (pair.Tried ??= []).Add(destination);
    }

    private void Note(DestinationState destination, SocketError error)
    {
        destination.Counters[_loop.Index].DialFailed(error);
        if (_loop.LoopContext.Troubles.IsNews(error, destination.Address))
        {
            ForwardingLog.DialFailed(_loop.LoopContext.Logger, destination.Address, error);
        }
    }

    private void WaitOrRefuse(Pair pair, RefusalCause cause)
    {
        var now = _loop.Now;
        if (now >= pair.GiveUpAt || pair.Up.SenderFinished)
        {
            _rejector.Refuse(pair, cause);
            return;
        }

        pair.State = PairState.Waiting;
        pair.Tried = null;
        _pauses.Set(pair, now);
    }
}
