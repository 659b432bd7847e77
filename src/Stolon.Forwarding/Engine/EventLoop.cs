using System.Collections.Concurrent;
using System.Net.Sockets;
using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Listening;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>One thread that serves its share of a port's clients, from the accept to the end.</summary>
/// <remarks>
/// Why no connection slips through a change of routes: everything about a pair happens on its loop's thread. The change
/// happens there too, between two events, and closes every pair with another destination before <see cref="Invoke"/>
/// returns to the one who asked; a dial after that sees the new routes.
/// </remarks>
internal sealed class EventLoop
{
    private const int EventsATurn = 128;

    private readonly LoopState _state;
    private readonly ConnectionCloser _closer;
    private readonly Rejector _rejector;
    private readonly Relay _relay;
    private readonly Connector _connector;
    private readonly Acceptor _acceptor;
    private readonly ConcurrentQueue<Action> _asked = [];
    private readonly Readiness[] _ready = new Readiness[EventsATurn];
    private readonly Thread _thread;
    private volatile bool _stopped;

    /// <param name="choose">The loop that a client accepted by this one shall belong to.</param>
    public EventLoop(int index, INetwork network, LoopContext context, Func<EventLoop, EventLoop> choose)
    {
        _state = new LoopState(index, network, context);
        _closer = new ConnectionCloser(_state);
        _rejector = new Rejector(_state, _closer);
        _relay = new Relay(_state, _closer);
        _connector = new Connector(_state, _closer, _rejector, _relay);
        _acceptor = new Acceptor(_state, client => choose(this).Take(this, client));
        _thread = new Thread(Run) { Name = $"forwarding {context.Options.Label} {index}", IsBackground = true };
    }

    public LoopCounters Counters => _state.Counters;

    public int Load => _state.Load;

    public int HeldBuffers => _state.Buffers.Held;

    public void Start() => _thread.Start();

    /// <summary>Closes everything and waits for the thread's end.</summary>
    public void Stop()
    {
        Invoke(() => _stopped = true);
        _thread.Join();
    }

    public void Open(OpenSocket socket) => Invoke(() => _acceptor.Open(socket));

    public void Close(OpenSocket socket) => Invoke(() => _acceptor.Close(socket));

    /// <summary>Begins to route by that table. The returned wait ends when every connection to another destination is
    /// closed, and says how many were.</summary>
    public Func<int> Route(RouteTable routes, CutCause cause)
    {
        var closed = 0;
        var done = Ask(() => closed = Apply(routes, cause));
        return () =>
        {
            done.Wait();
            return closed;
        };
    }

    private void Invoke(Action action) => Ask(action).Wait();

    private ManualResetEventSlim Ask(Action action)
    {
        var done = new ManualResetEventSlim();
        _asked.Enqueue(() =>
        {
            action();
            done.Set();
        });
        _state.Network.Wake();
        return done;
    }

    /// <summary>A client another loop has accepted, or this one.</summary>
    private void Take(EventLoop from, int client)
    {
        _state.Loaded();
        if (from == this)
        {
            Enter(client);
        }
        else
        {
            _asked.Enqueue(() => Enter(client));
            _state.Network.Wake();
        }
    }

    private void Run()
    {
        while (!_stopped)
        {
            var count = _state.Network.Wait(_ready, TimeToWait());
            var began = _state.Now;
            DoAsked();
            for (var i = 0; i < count; i++)
            {
                React(_ready[i]);
                DoAsked();
            }

            for (var turns = _state.Busy.Count; turns > 0 && _state.Busy.TryDequeue(out var pair); turns--)
            {
                _relay.TakeTurn(pair);
                DoAsked();
            }

            ExpireDeadlines(began);
            _state.Pairs.EndTurn();
            _state.Turn++;
            _state.Counters.TurnDone(began, _state.Now);
        }

        // What other loops have handed over meanwhile.
        DoAsked();
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
        if (fromServer && (pair.Server == Pair.NoSocket || pair.DialledIn == _state.Turn))
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
            case PairState.Connector:
                _connector.React(pair, fromServer, readiness.Ready);
                break;
            case PairState.Waiting:
                _connector.ReactWaiting(pair, readiness.Ready);
                break;
            case PairState.Rejector:
                _rejector.Listen(pair);
                break;
            case PairState.Closed:
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Enter(int client)
    {
        var pair = _state.Pairs.Add(client);
        pair.Counted = _state.LoopContext.TryEnter();
        if (_state.Network.Watch(client, PairTable.ClientToken(pair)) != SocketError.Success)
        {
            _closer.Refuse(pair, RefusalCause.NoResources);
        }
        else if (pair.Counted)
        {
            _connector.Begin(pair);
        }
        else
        {
            _rejector.Refuse(pair, RefusalCause.TooManyConnections);
        }
    }

    private int Apply(RouteTable routes, CutCause cause)
    {
        _state.Routes = routes;
        var all = _state.Pairs.All;
        var losing = all.FindAll(p => p.Destination is { } d && !routes.Has(d) && !_connector.TryStartAnew(p));
        var closed = _closer.Cut(losing, cause);
        foreach (var waiting in all.FindAll(p => p.State == PairState.Waiting))
        {
            _connector.Dial(waiting);
        }

        return closed;
    }

    private void DoAsked()
    {
        while (_asked.TryDequeue(out var action))
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
