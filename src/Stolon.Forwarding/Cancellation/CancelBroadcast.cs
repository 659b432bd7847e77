using System.Net.Sockets;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Cancellation;

/// <summary>Gives requests to cancel a query to the destinations that the asking client was not joined with, each on a
/// connection of its own, off the loops: it is rare. A server that knows neither the process nor the key does
/// nothing.</summary>
/// <remarks>What holds for data holds for copies: after <see cref="Route"/> has returned not a byte reaches a former
/// destination, and past its trust nothing is sent. Both are asked in one step with the send.</remarks>
internal sealed class CancelBroadcast(ForwarderOptions options, TimeProvider time, RouteLease lease) : IDisposable
{
    /// <summary>For each destination, so that one that does not answer takes nothing from the others.</summary>
    public const int MostAtOnce = 32;

    /// <summary>A server closes the connection when it has done what was asked.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Socket, DestinationState> _open = [];
    private readonly long[] _counts = new long[Enum.GetValues<CancelOutcome>().Length];
    private RouteTable _routes = RouteTable.Nowhere;

    public long Count(CancelOutcome outcome) => Interlocked.Read(ref _counts[(int)outcome]);

    /// <summary>Copies go there from now on; those under way to others end before it returns.</summary>
    public void Route(RouteTable routes)
    {
        lock (_gate)
        {
            _routes = routes;
            foreach (var socket in _open.Where(c => !routes.Has(c.Value)).Select(c => c.Key).ToList())
            {
                _open.Remove(socket);
                socket.Close(timeout: 0);
            }
        }
    }

    /// <summary>Begins to send the request to all destinations but one. Waits for nothing, and fails in
    /// silence.</summary>
    /// <param name="request">All that is to be sent.</param>
    /// <param name="except">Which hears it from the client itself.</param>
    public void Spread(byte[] request, DestinationState except)
    {
        lock (_gate)
        {
            foreach (var (_, destination) in _routes.Entries)
            {
                if (destination != except)
                {
                    Begin(request, destination);
                }
            }
        }
    }

    /// <summary>Ends all of them.</summary>
    public void Dispose() => Route(RouteTable.Nowhere);

    private void Begin(byte[] request, DestinationState destination)
    {
        if (_open.Values.Count(d => d == destination) >= MostAtOnce)
        {
            Note(CancelOutcome.Dropped);
            return;
        }

        try
        {
            var socket = new Socket(destination.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            _open.Add(socket, destination);
            _ = Task.Run(() => CopyAsync(socket, request, destination));
        }
        catch (SocketException)
        {
            // No descriptor is left.
            Note(CancelOutcome.Failed);
        }
    }

    private async Task CopyAsync(Socket socket, byte[] request, DestinationState destination)
    {
        var outcome = CancelOutcome.Failed;
        try
        {
            await ConnectAsync(socket, destination);
            if (TrySend(socket, request))
            {
                outcome = CancelOutcome.Sent;
                await AnswerAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // It took too long, the server is not there, or the routes have changed.
        }
        finally
        {
            if (outcome == CancelOutcome.Failed)
            {
                Note(outcome);
            }

            lock (_gate)
            {
                _open.Remove(socket);
            }

            socket.Dispose();
        }
    }

    private async Task ConnectAsync(Socket socket, DestinationState destination)
    {
        using var limit = new CancellationTokenSource(options.DialTimeout, time);
        await socket.ConnectAsync(destination.Address, limit.Token);
    }

    private bool TrySend(Socket socket, byte[] request)
    {
        lock (_gate)
        {
            // Without waiting: a new connection has room for some hundred bytes.
            if (!_open.ContainsKey(socket) || !lease.Holds)
            {
                return false;
            }

            socket.Blocking = false;
            if (socket.Send(request) != request.Length)
            {
                return false;
            }
        }

        Note(CancelOutcome.Sent);
        return true;
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(LongestAnswer, time);
        await socket.ReceiveAsync(new byte[1], limit.Token);
    }

    private void Note(CancelOutcome outcome) => Interlocked.Increment(ref _counts[(int)outcome]);
}
