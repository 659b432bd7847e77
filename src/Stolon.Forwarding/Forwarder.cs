using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Engine;
using Stolon.Forwarding.Listening;
using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding;

/// <summary>The data path of one port (proxy.md 2, with half-close): a few event loops, each with its share of the
/// clients.</summary>
public sealed class Forwarder : IForwarder
{
    private static readonly TimeSpan DrainLook = TimeSpan.FromMilliseconds(50);

    private readonly ForwarderOptions _options;
    private readonly LoopContext _context;
    private readonly Func<SocketOptions, INetwork> _network;
    private readonly DestinationRegistry _destinations;
    private readonly ForwardingMetrics _metrics;

    private readonly Lock _gate = new();
    private readonly EventLoop[] _loops;
    private List<OpenSocket> _sockets = [];
    private RouteTable _routes = RouteTable.Nowhere;
    private bool _started;
    private bool _drained;
    private bool _disposed;

    /// <summary>The fastest data path this system has.</summary>
    public Forwarder(ForwarderOptions options, TimeProvider time, ILogger logger)
        : this(options, time, logger, Networks.Best)
    {
    }

    internal Forwarder(ForwarderOptions options, TimeProvider time, ILogger logger, Networks networks)
    {
        _options = options;
        _context = new LoopContext(options, time, logger);
        _network = networks.Create;
        _loops = new EventLoop[networks.Threads(options.Threads)];
        _destinations = new DestinationRegistry(_loops.Length, time);
        _metrics = new ForwardingMetrics(_context, _destinations, () => _started ? _loops : []);
    }

    /// <inheritdoc />
    public bool Listening => ListeningOn is not null;

    /// <summary>The address and port that are open. Null: closed.</summary>
    public EndPoint? ListeningOn
    {
        get
        {
            lock (_gate)
            {
                return _sockets.Count > 0 && !_sockets.Exists(s => s.Broken) ? _sockets[0].Socket.LocalEndPoint : null;
            }
        }
    }

    /// <inheritdoc />
    public void Listen()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_drained || Listening)
            {
                return;
            }

            CloseSockets();
            Start();
            _sockets = PortSockets.Open(_options, SocketOptions.From(_options.KeepAlive, _options.UserTimeout));
            foreach (var socket in _sockets)
            {
                Array.ForEach(_loops, l => l.Open(socket));
                ForwardingLog.Listening(_context.Logger, _options.Label, socket.Socket.LocalEndPoint!);
            }
        }
    }

    /// <inheritdoc />
    public void StopListening()
    {
        lock (_gate)
        {
            CloseSockets();
        }
    }

    /// <inheritdoc />
    public void Route(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        lock (_gate)
        {
            if (_disposed || _routes.Entries.Select(e => e.Route).SequenceEqual(destinations))
            {
                return;
            }

            var former = _routes.Names;
            _routes = _destinations.Enter(destinations);
            _context.Troubles.Forget();
            _context.CancelBroadcast.Route(_routes);
            Tell(former, RouteLoops(cause));
        }
    }

    /// <inheritdoc />
    public void TrustUntil(long timestamp) => _context.RouteLease.Until(timestamp);

    /// <inheritdoc />
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _drained = true;
            CloseSockets();
        }

        while (_context.Clients > 0)
        {
            await Task.Delay(DrainLook, _context.Time, cancellationToken);
        }
    }

    /// <summary>Closes the port and every connection.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                CloseSockets();
                if (_started)
                {
                    Array.ForEach(_loops, l => l.Stop());
                }

                _context.CancelBroadcast.Dispose();
                _metrics.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <exception cref="SocketException">No descriptors are left for the loops.</exception>
    private void Start()
    {
        if (_started)
        {
            return;
        }

        // Destinations are probed with the defaults.
        var options = SocketOptions.From(KeepAliveSettings.Default, _options.UserTimeout);
        var networks = new List<INetwork>();
        try
        {
            while (networks.Count < _loops.Length)
            {
                networks.Add(_network(options));
            }
        }
        catch (SocketException)
        {
            networks.ForEach(n => n.Dispose());
            throw;
        }

        for (var i = 0; i < _loops.Length; i++)
        {
            _loops[i] = new EventLoop(i, networks[i], _context, LeastLoaded);
        }

        Array.ForEach(_loops, l => l.Start());
        _started = true;
        RouteLoops(CutCause.PrimaryChanged);
    }

    /// <summary>A change of ranks only is told to the figures.</summary>
    private void Tell(string former, int closed)
    {
        if (_routes.Entries.Count == 0)
        {
            ForwardingLog.RoutedNowhere(_context.Logger, _options.Label, closed);
        }
        else if (_routes.Names != former)
        {
            ForwardingLog.Routed(_context.Logger, _options.Label, _routes.Names, closed);
        }
    }

    private int RouteLoops(CutCause cause)
    {
        // All at once, each waiting for none of the others.
        var waits = _started ? Array.ConvertAll(_loops, l => l.Route(_routes, cause)) : [];
        return waits.Sum(w => w());
    }

    /// <summary>The loop that accepted a client keeps it, unless another has less to do by more than the effort is
    /// worth.</summary>
    private EventLoop LeastLoaded(EventLoop accepted)
    {
        var best = accepted;
        var limit = accepted.Load - (accepted.Load / 4);
        foreach (var loop in _loops)
        {
            if (loop.Load < limit)
            {
                (best, limit) = (loop, loop.Load);
            }
        }

        return best;
    }

    private void CloseSockets()
    {
        foreach (var socket in _sockets)
        {
            Array.ForEach(_loops, l => l.Close(socket));
            ForwardingLog.StoppedListening(_context.Logger, _options.Label, socket.Socket.LocalEndPoint!);
        }

        PortSockets.Close(_sockets);
        _sockets = [];
    }
}
