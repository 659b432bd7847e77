using Microsoft.Extensions.Logging;

namespace Stolon.Forwarding.Engine;

/// <summary>What the loops of one port have in common.</summary>
internal sealed class Shared(ForwarderOptions options, TimeProvider time, ILogger logger)
{
    private int _clients;

    public ForwarderOptions Options => options;

    public TimeProvider Time => time;

    public ILogger Logger => logger;

    public Trust Trust { get; } = new(time);

    public TroubleMemory Troubles { get; } = new(time);

    /// <summary>Clients joined, being joined or waiting. From any thread.</summary>
    public int Clients => Volatile.Read(ref _clients);

    /// <returns>False: there are as many as may be.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _clients) <= options.MaxConnections || options.MaxConnections == 0)
        {
            return true;
        }

        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _clients);
}
