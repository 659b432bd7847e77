using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Stolon.Ports.Proxy;

namespace Stolon.Forwarding;

/// <summary>The data path over plain asynchronous sockets (proxy.md 2, with half-close).</summary>
/// <remarks>
/// Why no connection slips through a change of destination: a client is given its destination and entered in
/// <c>_pairs</c> in one critical section, before it is dialled, and a pair dials nothing but that destination. <see
/// cref="Route"/> replaces the destination and closes all of <c>_pairs</c> in one critical section of the same lock. So
/// each pair was either entered before the change, and is closed by it whatever its dial was doing, or after it, with
/// the new destination. A pair leaves <c>_pairs</c> only when its sockets are closed.
/// </remarks>
public sealed class TcpForwarder : IForwarder
{
    private readonly ForwarderOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ListeningSocket _listening;
    private readonly ForwardingMetrics _metrics = new();
    private readonly TroubleMemory _troubles;
    private readonly Trust _trust;

    private readonly Lock _gate = new();
    private readonly HashSet<ConnectionPair> _pairs = [];
    private List<Destination> _destinations = [];
    private bool _drained;
    private bool _disposed;

    public TcpForwarder(ForwarderOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _troubles = new TroubleMemory(time);
        _trust = new Trust(time);
        _listening = new ListeningSocket(options.ListenAddress, options.Port, Join, time, logger);
    }

    /// <inheritdoc />
    public bool Listening => _listening.BoundTo is not null;

    /// <summary>The address and port that are open. Null: closed.</summary>
    public EndPoint? ListeningOn => _listening.BoundTo;

    /// <inheritdoc />
    public void Listen()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_drained)
        {
            _listening.Open();
        }
    }

    /// <inheritdoc />
    public void StopListening() => _listening.Close();

    /// <inheritdoc />
    public void Route(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        lock (_gate)
        {
            if (_destinations.SequenceEqual(destinations))
            {
                return;
            }

            _destinations = [.. destinations];
            var closed = Close(_pairs.Where(p => !destinations.Any(d => d.Address.Equals(p.Destination))));
            _troubles.Forget();
            if (destinations.Count == 0)
            {
                ForwardingLog.RoutedNowhere(_logger, closed);
            }
            else
            {
                ForwardingLog.Routed(_logger, _destinations[0].Address, closed);
            }
        }
    }

    /// <inheritdoc />
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _drained = true;
        _listening.Close();
        while (OpenPairs > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
        }
    }

    private int OpenPairs
    {
        get
        {
            lock (_gate)
            {
                return _pairs.Count;
            }
        }
    }

    /// <inheritdoc />
    public void TrustUntil(long timestamp) => _trust.Until(timestamp);

    /// <summary>Closes the port and every connection.</summary>
    public ValueTask DisposeAsync()
    {
        _listening.Close();
        lock (_gate)
        {
            if (!_disposed)
            {
                _disposed = true;
                _destinations = [];
                Close(_pairs);
                _metrics.Dispose();
            }
        }

        return ValueTask.CompletedTask;
    }

    private void Join(Socket client)
    {
        _metrics.Accepted();
        try
        {
            SocketSetup.Apply(client, _options.KeepAlive);
            if (Enter(client) is { } pair)
            {
                _ = RunAsync(pair);
                return;
            }

            ForwardingLog.NoDestination(_logger);
        }
        catch (SocketException e)
        {
            // No descriptor for the other side, or a client that has gone: this one is lost, the next may not be.
            if (_troubles.IsNews(e.SocketErrorCode))
            {
                ForwardingLog.NoSocket(_logger, e.SocketErrorCode);
            }
        }

        _metrics.Refused();
        client.Dispose();
    }

    /// <returns>Null: there is no destination.</returns>
    private ConnectionPair? Enter(Socket client)
    {
        lock (_gate)
        {
            var destination = _destinations
                .OrderBy(d => d.Rank).ThenBy(d => _pairs.Count(p => p.Destination.Equals(d.Address))).FirstOrDefault();
            if (destination is null || !_trust.Holds)
            {
                return null;
            }

            var server = new Socket(destination.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            SocketSetup.Apply(server, KeepAliveSettings.Default);
            var pair = new ConnectionPair(client, server, destination.Address, _trust, _metrics);
            _pairs.Add(pair);
            _metrics.Joined();
            return pair;
        }
    }

    private async Task RunAsync(ConnectionPair pair)
    {
        // The acceptor must not be held up by a connection that always has more to copy.
        await Task.Yield();
        try
        {
            if (await pair.RunAsync(_options.DialTimeout, _time) is { } failure)
            {
                _metrics.Refused();
                if (failure != SocketError.OperationAborted && _troubles.IsNews(failure))
                {
                    ForwardingLog.DialFailed(_logger, pair.Destination, failure);
                }
            }
        }
        finally
        {
            _metrics.Parted();
            lock (_gate)
            {
                _pairs.Remove(pair);
            }
        }
    }

    /// <summary>Called with the lock held, which makes a second caller wait until the first has closed
    /// everything.</summary>
    private int Close(IEnumerable<ConnectionPair> pairs)
    {
        var closing = pairs.ToArray();
        foreach (var pair in closing)
        {
            pair.Abort();
            _pairs.Remove(pair);
        }

        return closing.Length;
    }
}
