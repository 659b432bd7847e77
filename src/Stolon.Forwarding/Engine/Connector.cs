using System.Net.Sockets;
using Stolon.Agents.Ports;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>Connects each client to a destination: tries one after the other, and lets the client wait for a while if
/// none accepts and <see cref="ForwarderOptions.MaxWait"/> allows it.</summary>
internal sealed class Connector
{
    /// <summary>Time between two attempts for a waiting client: a primary refuses connections for a moment while it is
    /// promoted. A change of routes triggers an additional attempt.</summary>
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly LoopState _loop;
    private readonly ConnectionCloser _closer;
    private readonly Rejector _rejector;
    private readonly Relay _relay;
    private readonly Deadlines _dialDeadlines;
    private readonly Deadlines _retryDeadlines;
    private readonly long _retryTicks;

    public Connector(LoopState loop, ConnectionCloser closer, Rejector rejector, Relay relay)
    {
        (_loop, _closer, _rejector, _relay) = (loop, closer, rejector, relay);
        _dialDeadlines = new Deadlines(loop.LoopContext.Time, loop.LoopContext.Options.DialTimeout);
        _retryDeadlines = new Deadlines(loop.LoopContext.Time, RetryInterval);
        _retryTicks = loop.LoopContext.Time.TicksOf(RetryInterval);
    }

    /// <summary>When the next dial times out or the next retry is due, a timestamp. Null: no client waits.</summary>
    public long? NextDeadline =>
        _dialDeadlines.Next is { } dial && !(_retryDeadlines.Next < dial) ? dial : _retryDeadlines.Next;

    /// <summary>Starts connecting a new client.</summary>
    public void Begin(Pair pair)
    {
        var time = _loop.LoopContext.Time;
        pair.GiveUpAt = Timestamps.After(_loop.Now, time.TicksOf(_loop.LoopContext.Options.MaxWait));
        Dial(pair);
    }

    /// <summary>Dials the best destination that this client has not tried, or the next one if that fails immediately.
    /// If none is left, the client waits or is refused.</summary>
    /// <param name="cause">Why the client is refused if no destination is left.</param>
    public void Dial(Pair pair, RefusalCause cause = RefusalCause.NoDestination)
    {
        while (_loop.Routes.Choose(pair.Tried, _loop.Now) is { } destination)
        {
            if (!_loop.LoopContext.RouteLease.IsValid)
            {
                _rejector.Refuse(pair, RefusalCause.Untrusted);
                return;
            }

            var error = StartDial(pair, destination);
            if (error == SocketError.Success)
            {
                return;
            }

            if (error is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable)
            {
                cause = RefusalCause.NoResources;
                break;
            }

            cause = RefusalCause.DialFailed;
        }

        WaitOrRefuse(pair, cause);
    }

    /// <summary>Handles an event of a pair whose dial is in progress.</summary>
    public void React(Pair pair, bool fromServer, Ready ready)
    {
        if (fromServer)
        {
            var error = ready.HasFlag(Ready.Broken) ? _loop.Network.FailureOf(pair.Server) : SocketError.Success;
            FinishDial(pair, error);
        }
        else if (ready.HasFlag(Ready.Broken))
        {
            _closer.Refuse(pair, RefusalCause.ClientLeft);
        }
    }

    /// <summary>Handles an event of a waiting client: a client that has disconnected is closed.</summary>
    public void ReactWhileWaiting(Pair pair, Ready ready)
    {
        if (ready.HasFlag(Ready.PeerFinished))
        {
            _closer.Refuse(pair, RefusalCause.ClientLeft);
        }
    }

    public void ExpireDeadlines(long now)
    {
        while (_dialDeadlines.TakeDue(now) is { } pair)
        {
            FinishDial(pair, SocketError.TimedOut);
        }

        while (_retryDeadlines.TakeDue(now) is { } pair)
        {
            if (now >= pair.GiveUpAt)
            {
                _rejector.Refuse(pair, RefusalCause.NoDestination);
            }
            else if (_loop.Routes.Choose(null, now)?.FailedAndChosenWithin(_retryTicks, now) == true)
            {
                // Another client has just dialled it: many waiting clients must not dial more often than one.
                _retryDeadlines.Set(pair, now);
            }
            else
            {
                Dial(pair);
            }
        }
    }

    /// <summary>Returns a client whose dial is in progress to waiting, if clients may wait.</summary>
    /// <returns>False: the client is not being connected, or may not wait.</returns>
    public bool TryReturnToWaiting(Pair pair)
    {
        if (pair.State != PairState.Connecting || _loop.LoopContext.Options.MaxWait == TimeSpan.Zero)
        {
            return false;
        }

        _closer.Disconnect(pair, abortive: true);
        WaitOrRefuse(pair, RefusalCause.NoDestination);
        return true;
    }

    private SocketError StartDial(Pair pair, DestinationState destination)
    {
        var network = _loop.Network;
        var error = network.Open(destination.Address, out var server);
        if (error != SocketError.Success)
        {
            RecordFailure(destination, error);
            return error;
        }

        pair.Connect(server, destination);
        pair.DialTurn = _loop.Turn;
        destination.AddConnection();
        destination.Counters[_loop.Index].Dials++;
        _dialDeadlines.Set(pair, _loop.Now);
        pair.MoveTo(PairState.Connecting);
        error = network.Connect(server, destination.Address);
        if (error is SocketError.Success or SocketError.InProgress)
        {
            error = network.Watch(server, PairTable.ServerToken(pair));
        }

        if (error != SocketError.Success)
        {
            AbandonDial(pair, destination, error);
        }

        return error;
    }

    /// <param name="error">Success: the destination has accepted the connection.</param>
    private void FinishDial(Pair pair, SocketError error)
    {
        var destination = pair.Destination!;
        if (error == SocketError.Success)
        {
            destination.RecordSuccess();
            _relay.Join(pair);
            return;
        }

        AbandonDial(pair, destination, error);
        Dial(pair, RefusalCause.DialFailed);
    }

    private void AbandonDial(Pair pair, DestinationState destination, SocketError error)
    {
        RecordFailure(destination, error);
        destination.RecordFailure(_loop.Now);
        _closer.Disconnect(pair, abortive: true);
        (pair.Tried ??= []).Add(destination);
    }

    private void RecordFailure(DestinationState destination, SocketError error)
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

        pair.Tried = null;
        _retryDeadlines.Set(pair, now);
        pair.MoveTo(PairState.Waiting);
    }
}
