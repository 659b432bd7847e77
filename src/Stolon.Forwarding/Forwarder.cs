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

/// <summary>The data path of one port (docs/spec/proxy-rules.md 2, with half-close): several event loops, each with its
/// share of the clients.</summary>
public sealed class Forwarder : IForwarder
{
    private static readonly TimeSpan DrainPollInterval = TimeSpan.FromMilliseconds(50);

    private readonly ForwarderOptions _options;
    private readonly LoopContext _context;
    private readonly Func<SocketOptions, INetwork> _createNetwork;
    private readonly DestinationRegistry _destinations;
    private readonly ForwardingMetrics _metrics;

    private readonly Lock _gate = new();
    private readonly EventLoop[] _loops;
    private List<OpenSocket> _sockets = [];
    private RouteTable _routes = RouteTable.Empty;
    private bool _started;
    private bool _drained;
    private bool _disposed;

    /// <summary>Creates the fastest data path of this operating system.</summary>
    public Forwarder(ForwarderOptions options, TimeProvider time, ILogger logger)
        : this(options, time, logger, Networks.Best)
    {
    }

    internal Forwarder(ForwarderOptions options, TimeProvider time, ILogger logger, Networks networks)
    {
        _options = options;
        _context = new LoopContext(options, time, logger);
        _createNetwork = networks.Create;
        _loops = new EventLoop[networks.ThreadCount(options.Threads)];
        _destinations = new DestinationRegistry(_loops.Length, time);
        _metrics = new ForwardingMetrics(_context, _destinations, () => _started ? _loops : []);
    }

    /// <inheritdoc />
    public bool Listening => ListeningOn is not null;

    /// <summary>The address and port on which it listens. Null: closed.</summary>
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

            var previous = _routes.AddressList;
            _routes = _destinations.Update(destinations);
            _context.Troubles.Forget();
            _context.CancelBroadcast.Route(_routes);
            LogRoute(previous, RouteLoops(cause));
        }
    }

    /// <inheritdoc />
    public void LeaseUntil(long timestamp) => _context.RouteLease.ExpireAt(timestamp);

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
            await Task.Delay(DrainPollInterval, _context.Time, cancellationToken);
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

    /// <exception cref="SocketException">The loops could not get their descriptors.</exception>
    private void Start()
    {
        if (_started)
        {
            return;
        }

        // Keepalive probes of destinations use the defaults.
        var options = SocketOptions.From(KeepAliveSettings.Default, _options.UserTimeout);
        var networks = new List<INetwork>();
        try
        {
            while (networks.Count < _loops.Length)
            {
                networks.Add(_createNetwork(options));
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

    /// <summary>Does not log a change that affects only ranks.</summary>
    private void LogRoute(string previous, int closed)
    {
        if (_routes.Entries.Count == 0)
        {
            ForwardingLog.RoutedNowhere(_context.Logger, _options.Label, closed);
        }
        else if (_routes.AddressList != previous)
        {
            ForwardingLog.Routed(_context.Logger, _options.Label, _routes.AddressList, closed);
        }
    }

    private int RouteLoops(CutCause cause)
    {
        // All loops apply the change concurrently.
        var waits = _started ? Array.ConvertAll(_loops, l => l.Route(_routes, cause)) : [];
        return waits.Sum(w => w());
    }

    /// <summary>The loop that accepted a client keeps it, unless another has less than three quarters of its
    /// load.</summary>
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
