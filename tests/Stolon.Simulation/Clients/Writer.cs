using Stolon.Simulation.Proxy;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Clients;

/// <summary>A client that commits one row after another, through any proxy.</summary>
internal sealed class Writer(SimulatedWorld world)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private int _attempt;

    public void Next() => world.Context.After(world.Chance.Seconds(0.2, 1.5), Write);

    private void Write()
    {
        var attempt = ++_attempt;
        var proxy = world.Chance.OneOf(world.Proxies);
        if (proxy.Forwarder is not { Reaches: { } destination } forwarder)
        {
            Next();
            return;
        }

        var connection = forwarder.Connections;
        var row = world.Ledger.NextRow();
        world.Context.After(Timeout, () => Done(attempt));
        world.Context.After(world.Network.Latency(), () =>
        {
            if (world.ServerAt(destination, proxy.Name) is not { } server)
            {
                Done(attempt);
                return;
            }

            server.Commit(row, committed => world.Context.After(world.Network.Latency(), () =>
            {
                if (committed
                    && StillConnected(forwarder, connection)
                    && world.Network.Connected(proxy.Name, server.Host.Name))
                {
                    world.Ledger.Acknowledge(row, proxy.Name, world.Scheduler.Now);
                }

                Done(attempt);
            }));
        });
    }

    /// <summary>A frozen proxy delivers no response in time, so the client does not know the result.</summary>
    private static bool StillConnected(SimulatedForwarder forwarder, int connection) =>
        forwarder.Reaches is not null && forwarder.Connections == connection;

    private void Done(int attempt)
    {
        if (attempt == _attempt)
        {
            _attempt++;
            Next();
        }
    }
}
