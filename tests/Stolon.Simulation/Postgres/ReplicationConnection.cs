using Stolon.Core.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>One standby that streams from one server (walsender and walreceiver in one).</summary>
internal sealed class ReplicationConnection(
    SimulatedWorld world, SimulatedServer source, SimulatedServer standby, string name, string slot)
{
    public SimulatedServer Source => source;

    /// <summary>application_name.</summary>
    public string Name => name;

    public string Slot => slot;

    /// <summary>The standby has caught up once: PostgreSQL's walsender state "streaming".</summary>
    public bool Streaming { get; private set; }

    /// <summary>The position that the source knows to be flushed on the standby.</summary>
    public Lsn Flushed { get; private set; }

    public bool Open { get; private set; } = true;

    public bool Connected => world.Network.Connected(source.Host.Name, standby.Host.Name);

    private bool Alive => Open && Connected;

    /// <summary>Sends all available WAL.</summary>
    public void Ship()
    {
        if (!Alive || source.Frozen)
        {
            return;
        }

        var upTo = source.Data.End;
        world.Context.After(world.Network.Latency(), () => Deliver(upTo));
    }

    public void GiveUpIfCut()
    {
        if (Open && !Connected)
        {
            world.Trace.Write(standby.Host.Name, $"replication connection to {source.Host.Name} timed out");
            Close();
        }
    }

    public void Close()
    {
        Open = false;
        source.Senders.Remove(this);
        standby.ConnectionClosed(this);
    }

    private void Deliver(Lsn upTo)
    {
        if (!Alive || standby.Frozen || !standby.InRecovery)
        {
            return;
        }

        if (!standby.Data.IsPrefixOf(source.Data))
        {
            world.Violated(
                "StreamsOwnHistory",
                $"{standby.Host.Name} at {standby.Data.End} streams from {source.Host.Name}, whose WAL differs");
            Close();
            return;
        }

        standby.Data.Receive(source.Data, upTo);
        var flushed = standby.Data.End;
        standby.ShipAll();
        world.Context.After(world.Network.Latency(), () => Acknowledge(flushed));
    }

    private void Acknowledge(Lsn flushed)
    {
        if (!Alive || source.Frozen)
        {
            return;
        }

        Flushed = flushed > Flushed ? flushed : Flushed;
        Streaming = Streaming || Flushed >= source.Data.End;
        source.ReleaseWaiters();
        if (!Streaming)
        {
            Ship();
        }
    }
}
