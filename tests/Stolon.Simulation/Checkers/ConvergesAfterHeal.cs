using System.Globalization;
using Stolon.Core.Model;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>After all faults have ended, the cluster recovers by itself: clients write through every proxy, every
/// keeper has a healthy instance, and every read-only port uses all standbys.</summary>
internal sealed class ConvergesAfterHeal(SimulatedWorld world)
{
    /// <summary>How long it may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>What is missing; null: nothing.</summary>
    public string? Missing(TimeSpan healed)
    {
        if (world.Store.Peek() is not { Cluster.Phase: ClusterPhase.Normal } data)
        {
            return "the cluster is not initialised";
        }

        if (data.Cluster.Primary is not { } uid
            || !data.Instances.TryGetValue(uid, out var primary)
            || primary is not { Status.Healthy: true, Converged: true })
        {
            return $"primary {data.Cluster.Primary} is not healthy and converged";
        }

        var host = HostOf(primary);
        return MissingForClients(host, healed) ?? MissingStandbys(data, primary, host.Server!)
            ?? MissingForReaders(data, primary);
    }

    /// <summary>The server that clients reach; null: none.</summary>
    public SimulatedServer? Primary() => world.Proxies
        .Select(p => p.Forwarder?.Reaches is { } end ? world.ServerAt(end, p.Name) : null)
        .FirstOrDefault(s => s is { TakesWrites: true });

    private string? MissingForClients(SimulatedHost host, TimeSpan healed)
    {
        if (host.Server is not { TakesWrites: true })
        {
            return $"the primary on {host.Name} accepts no writes";
        }

        foreach (var proxy in world.Proxies)
        {
            if (proxy.Forwarder?.Reaches is not { } end || !end.Equals(host.EndPoint))
            {
                return $"{proxy.Name} does not forward to the primary on {host.Name}";
            }

            if (!world.Ledger.Acknowledged.Any(a => a.Proxy == proxy.Name && a.At > healed))
            {
                return $"nothing was committed through {proxy.Name} since all faults ended";
            }
        }

        return null;
    }

    private string? MissingStandbys(ClusterData data, Instance primary, SimulatedServer server)
    {
        var expected = Math.Min(world.Options.Keepers, 4);
        if (data.Instances.Count != expected)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"{data.Instances.Count} instances instead of {expected}");
        }

        foreach (var standby in data.Instances.Values.Where(i => i.Uid != primary.Uid))
        {
            if (standby is not { Status.Healthy: true, Converged: true })
            {
                return $"standby {standby.Uid} on {standby.Spec.Keeper} is not healthy and converged";
            }

            if (HostOf(standby).Server?.Receiving is not { Streaming: true } stream || stream.Source != server)
            {
                return $"standby {standby.Uid} on {standby.Spec.Keeper} does not stream from the primary";
            }
        }

        return null;
    }

    private string? MissingForReaders(ClusterData data, Instance primary)
    {
        foreach (var proxy in world.Proxies)
        {
            foreach (var host in data.Instances.Values.Where(i => i.Uid != primary.Uid).Select(HostOf))
            {
                if (proxy.Readers?.ReachesAll.Any(d => d.Address.Equals(host.EndPoint)) is not true)
                {
                    return $"{proxy.Name} does not forward readers to the standby on {host.Name}";
                }
            }
        }

        return null;
    }

    private SimulatedHost HostOf(Instance instance) => world.Hosts.First(h => h.Name == instance.Spec.Keeper.Value);
}
