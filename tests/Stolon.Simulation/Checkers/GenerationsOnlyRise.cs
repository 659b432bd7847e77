using Stolon.Core.Model;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>A specification never changes without a new generation, and generations never fall, because agents compare
/// only generations.</summary>
internal sealed class GenerationsOnlyRise(SimulatedWorld world)
{
    private ClusterData? _before;

    /// <summary>Called after every write of the cluster data.</summary>
    public void Check(ClusterData after)
    {
        var before = _before;
        _before = after;
        if (before is null)
        {
            return;
        }

        foreach (var instance in after.Instances.Values)
        {
            if (before.Instances.TryGetValue(instance.Uid, out var earlier)
                && (instance.Generation < earlier.Generation
                    || (instance.Spec != earlier.Spec && instance.Generation == earlier.Generation)))
            {
                world.Violated(
                    nameof(GenerationsOnlyRise),
                    $"instance {instance.Uid}: generation {earlier.Generation} became {instance.Generation}");
            }
        }

        var (p, q) = (before.Proxy, after.Proxy);
        if (q.Generation.Value < p.Generation.Value
            || (q.Generation == p.Generation && (p.Target != q.Target || p.EnabledProxies != q.EnabledProxies)))
        {
            world.Violated(
                nameof(GenerationsOnlyRise), $"the proxies' generation {p.Generation} became {q.Generation}");
        }
    }
}
