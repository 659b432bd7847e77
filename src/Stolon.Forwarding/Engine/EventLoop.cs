using System.Collections.Concurrent;
using System.Net.Sockets;
using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Listening;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>One thread that serves its share of a port's clients, from accept to close.</summary>
/// <remarks>
/// No connection survives a change of routes by a race, because only the loop's thread touches a pair. That thread also
/// applies the change, between two events, and closes every pair with a removed destination before the wait that <see
/// cref="Route"/> returns ends. Later dials use the new routes.
/// </remarks>
internal sealed class EventLoop
{
    private const int MaxEventsPerTurn = 128;

    private readonly LoopState _state;
    private readonly ConnectionCloser _closer;
    private readonly Rejector _rejector;
    private readonly Relay _relay;
    private readonly Connector _connector;
    private readonly Acceptor _acceptor;
    private readonly ConcurrentQueue<Action> _requests = [];
    private readonly Readiness[] _ready = new Readiness[MaxEventsPerTurn];
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="chooseLoop">Chooses the loop for a client that this loop has accepted.</param>
    public EventLoop(int index, INetwork network, LoopContext context, Func<EventLoop, EventLoop> chooseLoop)
    {
        _state = new LoopState(index, network, context);
        _closer = new ConnectionCloser(_state);
        _rejector = new Rejector(_state, _closer);
        _relay = new Relay(_state, _closer);
        _connector = new Connector(_state, _closer, _rejector, _relay);
        _acceptor = new Acceptor(_state, client => chooseLoop(this).Assign(this, client));
        _thread = new Thread(Run) { Name = $"forwarding {context.Options.Label} {index}", IsBackground = true };
    }

    public LoopCounters Counters => _state.Counters;

    public int Load => _state.Load;

    public int HeldBuffers => _state.Buffers.Held;

    public void Start() => _thread.Start();

    /// <summary>Closes all connections and waits for the thread to end.</summary>
    public void Stop()
    {
        Invoke(() => _stopped = true);
        _thread.Join();
    }

    public void Open(OpenSocket socket) => Invoke(() => _acceptor.Open(socket));

    public void Close(OpenSocket socket) => Invoke(() => _acceptor.Close(socket));

    /// <summary>Starts a change of routes. The returned function waits until every connection to a removed destination
    /// is closed, and returns how many were.</summary>
    public Func<int> Route(RouteTable routes, CutCause cause)
    {
        var closed = 0;
        var done = Post(() => closed = ApplyRoutes(routes, cause));
        return () =>
        {
            done.Wait();
            return closed;
        };
    }

    private void Invoke(Action action) => Post(action).Wait();

    private ManualResetEventSlim Post(Action action)
    {
        var done = new ManualResetEventSlim();
        _requests.Enqueue(() =>
        {
            action();
            done.Set();
        });
        _state.Network.Wake();
        return done;
    }

    /// <summary>Takes over a client. On the thread of the loop that accepted it.</summary>
    private void Assign(EventLoop from, int client)
    {
        _state.IncrementLoad();
        if (from == this)
        {
            AddClient(client);
        }
        else
        {
            _requests.Enqueue(() => AddClient(client));
            _state.Network.Wake();
        }
    }

    private void Run()
    {
        while (!_stopped)
        {
            var count = _state.Network.Wait(_ready, TimeToWait());
            var began = _state.Now;
            RunRequests();
            for (var i = 0; i < count; i++)
            {
                React(_ready[i]);
                RunRequests();
            }

            for (var turns = _state.Busy.Count; turns > 0 && _state.Busy.TryDequeue(out var pair); turns--)
            {
                _relay.TakeTurn(pair);
                RunRequests();
            }

            ExpireDeadlines(began);
            _state.Pairs.EndTurn();
            _state.Turn++;
            _state.Counters.RecordTurn(began, _state.Now);
        }

        // Clients that other loops have assigned in the meantime.
        RunRequests();
        _closer.Cut(_state.Pairs.All, CutCause.Shutdown);
        _state.Network.Dispose();
    }

    private void React(Readiness readiness)
    {
        if (readiness.Token <= OpenSocket.LastToken)
        {
            _acceptor.React(readiness.Token);
            return;
        }

        if (_state.Pairs.Find((int)(readiness.Token >> 1)) is not { } pair)
        {
            return;
        }

        var fromServer = (readiness.Token & 1) != 0;
        if (fromServer && (pair.Server == Pair.NoSocket || pair.DialTurn == _state.Turn))
        {
            return;
        }

        var (from, to) = fromServer ? (pair.Down, pair.Up) : (pair.Up, pair.Down);
        from.CanReceive |= readiness.Ready.HasFlag(Ready.Receive);
        from.SenderFinished |= readiness.Ready.HasFlag(Ready.PeerFinished);
        to.CanSend |= readiness.Ready.HasFlag(Ready.Send);
        switch (pair.State)
        {
            case PairState.Joined:
                _relay.React(pair, from, to, readiness.Ready);
                break;
            case PairState.Connecting:
                _connector.React(pair, fromServer, readiness.Ready);
                break;
            case PairState.Waiting:
                _connector.ReactWhileWaiting(pair, readiness.Ready);
                break;
            case PairState.Rejecting:
                _rejector.Process(pair);
                break;
            case PairState.Closed:
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void AddClient(int client)
    {
        var pair = _state.Pairs.Add(client);
        pair.CountsAsClient = _state.LoopContext.TryAddClient();
        if (_state.Network.Watch(client, PairTable.ClientToken(pair)) != SocketError.Success)
        {
            _closer.Refuse(pair, RefusalCause.NoResources);
        }
        else if (pair.CountsAsClient)
        {
            _connector.Begin(pair);
        }
        else
        {
            _rejector.Refuse(pair, RefusalCause.TooManyConnections);
        }
    }

    private int ApplyRoutes(RouteTable routes, CutCause cause)
    {
        _state.Routes = routes;
        var all = _state.Pairs.All;
        var affected = all.FindAll(
            p => p.Destination is { } d && !routes.Contains(d) && !_connector.TryReturnToWaiting(p));
        var closed = _closer.Cut(affected, cause);
        foreach (var waiting in all.FindAll(p => p.State == PairState.Waiting))
        {
            _connector.Dial(waiting);
        }

        return closed;
    }

    private void RunRequests()
    {
        while (_requests.TryDequeue(out var action))
        {
            action();
        }
    }

    private void ExpireDeadlines(long now)
    {
        _acceptor.ExpireDeadlines(now);
        _connector.ExpireDeadlines(now);
        _rejector.ExpireDeadlines(now);
        _relay.ExpireDeadlines(now);
    }

    private TimeSpan TimeToWait()
    {
        if (_state.Busy.Count > 0)
        {
            return TimeSpan.Zero;
        }

        var next = long.MaxValue;
        foreach (var deadline in (ReadOnlySpan<long?>)
            [_acceptor.NextDeadline, _connector.NextDeadline, _rejector.NextDeadline, _relay.NextDeadline])
        {
            next = Math.Min(next, deadline ?? long.MaxValue);
        }

        if (next == long.MaxValue)
        {
            return Timeout.InfiniteTimeSpan;
        }

        var now = _state.Now;
        return next > now ? _state.LoopContext.Time.GetElapsedTime(now, next) : TimeSpan.Zero;
    }
}
