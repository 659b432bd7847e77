using System.Net.Sockets;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Cancellation;

/// <summary>Sends copies of cancel requests to the destinations that the requesting client is not joined with. Each
/// copy has its own connection, outside the loops, because cancel requests are rare. A server ignores a request with an
/// unknown process id or key.</summary>
/// <remarks>The guarantees for data also hold for copies: after <see cref="Route"/> has returned, no byte reaches a
/// removed destination, and after the route lease has expired, nothing is sent. Both are checked under the same lock as
/// the send.</remarks>
internal sealed class CancelBroadcast(ForwarderOptions options, TimeProvider time, RouteLease lease) : IDisposable
{
    /// <summary>Per destination, so that one that does not answer does not delay copies for the others.</summary>
    public const int MaxConcurrent = 32;

    /// <summary>How long to wait for the server to close the connection, which it does after the
    /// cancellation.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<Socket, DestinationState> _open = [];
    private readonly long[] _counts = new long[Enum.GetValues<CancelOutcome>().Length];
    private RouteTable _routes = RouteTable.Empty;

    public long Count(CancelOutcome outcome) => Interlocked.Read(ref _counts[(int)outcome]);

    /// <summary>Sets the destinations. Copies in progress to removed ones are aborted before it returns.</summary>
    public void Route(RouteTable routes)
    {
        lock (_gate)
        {
            _routes = routes;
            foreach (var socket in _open.Where(c => !routes.Contains(c.Value)).Select(c => c.Key).ToList())
            {
                _open.Remove(socket);
                socket.Close(timeout: 0);
            }
        }
    }

    /// <summary>Starts to send the request to all destinations except one. Does not wait; failures are only
    /// counted.</summary>
    /// <param name="request">All bytes to send.</param>
    /// <param name="except">The destination that receives the request from the client itself.</param>
    public void SendToOthers(byte[] request, DestinationState except)
    {
        lock (_gate)
        {
            foreach (var (_, destination) in _routes.Entries)
            {
                if (destination != except)
                {
                    StartCopy(request, destination);
                }
            }
        }
    }

    /// <summary>Aborts all copies.</summary>
    public void Dispose() => Route(RouteTable.Empty);

    private void StartCopy(byte[] request, DestinationState destination)
    {
        if (_open.Values.Count(d => d == destination) >= MaxConcurrent)
        {
            CountOutcome(CancelOutcome.Dropped);
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
            CountOutcome(CancelOutcome.Failed);
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
                await WaitForCloseAsync(socket);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The server did not answer in time or is not reachable, or the routes have changed.
        }
        finally
        {
            if (outcome == CancelOutcome.Failed)
            {
                CountOutcome(outcome);
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
            // Non-blocking: a new connection has room for a few hundred bytes.
            if (!_open.ContainsKey(socket) || !lease.IsValid)
            {
                return false;
            }

            socket.Blocking = false;
            if (socket.Send(request) != request.Length)
            {
                return false;
            }
        }

        CountOutcome(CancelOutcome.Sent);
        return true;
    }

    private async Task WaitForCloseAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(CloseTimeout, time);
        await socket.ReceiveAsync(new byte[1], limit.Token);
    }

    private void CountOutcome(CancelOutcome outcome) => Interlocked.Increment(ref _counts[(int)outcome]);
}
