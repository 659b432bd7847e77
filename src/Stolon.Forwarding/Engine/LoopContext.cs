using Microsoft.Extensions.Logging;
using Stolon.Forwarding.Cancellation;

namespace Stolon.Forwarding.Engine;

/// <summary>What the loops of one port share.</summary>
internal sealed class LoopContext
{
    private int _clients;

    public LoopContext(ForwarderOptions options, TimeProvider time, ILogger logger)
    {
        (Options, Time, Logger) = (options, time, logger);
        RouteLease = new RouteLease(time);
        CancelBroadcast = new CancelBroadcast(options, time, RouteLease);
        Troubles = new RecentFailures(time);
    }

    public ForwarderOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public RouteLease RouteLease { get; }

    public CancelBroadcast CancelBroadcast { get; }

    public RecentFailures Troubles { get; }

    /// <summary>Clients that are joined, connecting or waiting. From any thread.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <returns>False: <see cref="ForwarderOptions.MaxConnections"/> is reached.</returns>
    public bool TryAddClient()
    {
        if (Interlocked.Increment(ref _clients) <= Options.MaxConnections || Options.MaxConnections == 0)
        {
            return true;
        }

        RemoveClient();
        return false;
    }

    public void RemoveClient() => Interlocked.Decrement(ref _clients);
}
