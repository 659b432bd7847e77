using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>Connects a standby to the source in its configuration, and retries.</summary>
internal sealed class WalReceiver(SimulatedWorld world, SimulatedServer standby)
{
    private int _attempt;

    /// <summary>Null: not connected.</summary>
    public ReplicationConnection? Connection { get; private set; }

    public void Restart()
    {
        Stop();
        Schedule(TimeSpan.FromMilliseconds(20));
    }

    public void Stop()
    {
        _attempt++;
        var connection = Connection;
        Connection = null;
        connection?.Close();
    }

    public void Lost(ReplicationConnection connection)
    {
        if (Connection == connection)
        {
            Connection = null;
            Schedule(world.Chance.Seconds(1, 5));
        }
    }

    private void Schedule(TimeSpan delay)
    {
        var attempt = ++_attempt;
        world.Context.After(delay, () =>
        {
            if (attempt == _attempt && !standby.Ended && standby.InRecovery && !standby.Stopping)
            {
                Connect();
            }
        });
    }

    private void Connect()
    {
        var problem = standby.Frozen ? "frozen" : TryConnect();
        if (problem is not null)
        {
            if (problem != _logged)
            {
                _logged = problem;
                world.Trace.Write(standby.Host.Name, $"walreceiver: {problem}");
            }

            Schedule(world.Chance.Seconds(1, 5));
        }
    }

    private string? _logged;

    private string? TryConnect()
    {
        var parameters = standby.Configuration.RecoveryParameters;
        if (!parameters.TryGetValue("primary_conninfo", out var text) || !ConnectionInfo.TryParse(text, out var info))
        {
            return "nothing to follow";
        }

        var address = new ServerAddress(info["host"] ?? "", info["port"] ?? "");
        if (!standby.Host.WalAllowed)
        {
            return $"{address}: password authentication failed";
        }

        if (world.ServerAt(address, standby.Host.Name) is not { Answers: true } source)
        {
            return $"{address} does not answer";
        }

        var slot = parameters.TryGetValue("primary_slot_name", out var s) ? s : "";
        if (!source.Data.Slots.Contains(slot))
        {
            return $"replication slot {slot} does not exist";
        }

        if (source.Senders.Exists(other => other.Slot == slot))
        {
            return $"replication slot {slot} is active";
        }

        if (standby.Data.StreamObstacle(source.Data) is { } why)
        {
            return $"{address}: {why}";
        }

        Connection = new ReplicationConnection(world, source, standby, info["application_name"] ?? "", slot);
        source.Senders.Add(Connection);
        world.Trace.Write(standby.Host.Name, $"streams from {source.Host.Name} at {standby.Data.End}");
        _logged = null;
        Connection.Ship();
        return null;
    }
}
