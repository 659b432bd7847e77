using Microsoft.Extensions.Logging;
using Stolon.Forwarding.Cancellation;

namespace Stolon.Forwarding.Engine;

/// <summary>What the loops of one port have in common.</summary>
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

    /// <summary>Clients joined, being joined or waiting. From any thread.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <returns>False: there are as many as may be.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _clients) <= Options.MaxConnections || Options.MaxConnections == 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _clients);
}
