using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>What no decision of a sentinel ever does to the cluster data that it has read.</summary>
internal static class StepInvariants
{
    public static IEnumerable<string> Check(ClusterData former, ClusterData now) =>
    [
        .. OfCluster(former, now),
        .. OfPrimary(former, now),
        .. OfProxies(former.Proxy, now.Proxy),
        .. now.Instances.SelectMany(i => OfInstance(former.Instances.Find((InstanceUid?)i.Key), i.Value)),
        .. now.Instances.Values.SelectMany(i => NewSynchronousStandbys(former, now, i)),
    ];

    private static IEnumerable<string> OfCluster(ClusterData former, ClusterData now)
    {
        if (former.Cluster.Uid != now.Cluster.Uid)
        {
            yield return $"cluster {former.Cluster.Uid} becomes cluster {now.Cluster.Uid}";
        }

        if (former.Cluster.Phase == ClusterPhase.Normal && now.Cluster.Phase != ClusterPhase.Normal)
        {
            yield return "the cluster leaves the normal phase";
        }

        if (former.Cluster is { Phase: ClusterPhase.Normal, Primary: { } primary } && now.Cluster.Primary is null)
        {
            yield return $"primary {primary} is taken from the cluster and no other one is elected";
        }
    }

    private static IEnumerable<string> OfPrimary(ClusterData former, ClusterData now)
    {
        if (former.Cluster.Primary == now.Cluster.Primary)
        {
            yield break;
        }

        // A target that was not the former primary is a fault of the data that were read, and does not count here.
        if (now.Proxy.Target is { } target && (target != former.Proxy.Target || target == former.Cluster.Primary))
        {
            yield return $"the primary changes while the proxies forward to {target}";
        }

        if (former.Instances.Find(former.Cluster.Primary) is { Spec.SynchronousReplication: true }
            && now.Cluster.Primary is { } winner
            && !HasEveryCommit(former, winner))
        {
            yield return $"instance {winner} becomes primary, but is not known to have every acknowledged commit";
        }
    }

    /// <summary>Whether the instance was confirmed against the primary, or against a primary that the present one has
    /// replaced and that is still among the instances; or is such a replaced primary.</summary>
    private static bool HasEveryCommit(ClusterData former, InstanceUid winner) => former.Instances.Values
        .Where(i => (i.IsPrimaryType || i.Uid == former.Cluster.Primary) && i.Spec.SynchronousReplication)
        .Any(i => (i.Uid == winner && i.Uid != former.Cluster.Primary)
            || ((i.Status.SynchronousStandbys ?? []).Contains(winner)
                && (i.Spec.SynchronousStandbys ?? []).Contains(winner)));

    private static IEnumerable<string> OfProxies(ProxyDirective former, ProxyDirective now)
    {
        if (former.Target is { } from && now.Target is { } to && from != to)
        {
            yield return $"the proxies change from {from} to {to} without closing in between";
        }

        if (now.Generation < former.Generation)
        {
            yield return "the proxies' generation falls";
        }

        if (now.Generation == former.Generation
            && (now.Target != former.Target || now.EnabledProxies != former.EnabledProxies))
        {
            yield return "the proxies' target or the enabled proxies change, and their generation does not";
        }
    }

    private static IEnumerable<string> OfInstance(Instance? former, Instance now)
    {
        if (former is null)
        {
            if (now.Generation != Generation.First)
            {
                yield return $"new instance {now.Uid} does not begin with generation {Generation.First}";
            }

            yield break;
        }

        if (now.Generation < former.Generation)
        {
            yield return $"the generation of instance {now.Uid} falls";
        }

        if (now.Spec.Keeper != former.Spec.Keeper)
        {
            yield return $"instance {now.Uid} moves from keeper {former.Spec.Keeper} to {now.Spec.Keeper}";
        }

        if ((now.Spec == former.Spec) != (now.Generation == former.Generation))
        {
            yield return now.Spec == former.Spec
                ? $"the generation of instance {now.Uid} rises, and its specification does not change"
                : $"the specification of instance {now.Uid} changes, and its generation does not rise";
        }
    }

    /// <summary>A list may keep an instance that is gone, and an elected primary gets the list of the one that it
    /// replaces; otherwise a decision adds only existing instances.</summary>
    private static IEnumerable<string> NewSynchronousStandbys(ClusterData former, ClusterData now, Instance instance) =>
        (instance.Spec.SynchronousStandbys ?? [])
        .Where(uid => !now.Instances.ContainsKey(uid)
            && !former.Instances.Values.Any(i => (i.Spec.SynchronousStandbys ?? []).Contains(uid)))
        .Select(uid => $"commits on {instance.Uid} are to wait for {uid}, which does not exist");
}
