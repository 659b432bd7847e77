using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>What is true of all cluster data that stolon v0.17 or one of our sentinels has written, and of every step
/// that a sentinel decides.</summary>
/// <remarks>A violation is a sentence without figures that change, so that the same fault gives the same sentence in
/// two versions of the cluster data. A fault that was there before is not counted against the next decision: an
/// operator can import any document, and the sentinel must still be able to repair the rest of it.</remarks>
public static class Invariants
{
    /// <summary>The faults of these cluster data.</summary>
    /// <remarks>A synchronous standby need not be among the instances: the primary waits for a removed one until
    /// another one is confirmed, so commits block instead of going unconfirmed.</remarks>
    public static ValueList<string> Check(ClusterData data) =>
    [
        .. OfCluster(data),
        .. OfProxies(data),
        .. UidMismatches(data),
        .. data.Instances.Values.SelectMany(i => OfInstance(data, i)),
        .. data.Instances.Values.GroupBy(i => i.Spec.Keeper).Where(g => g.Count() > 1)
            .Select(g => $"keeper {g.Key} has more than one instance"),
    ];

    /// <summary>What a decision makes worse: faults that were not there before, and changes that are never
    /// allowed.</summary>
    /// <param name="former">As read.</param>
    /// <param name="now">As decided.</param>
    public static ValueList<string> Check(ClusterData former, ClusterData now) =>
    [
        .. Check(now).Except(Check(former)),
        .. StepInvariants.Check(former, now),
    ];

    /// <summary>Keepers and instances whose uid is not their key. Nothing can be decided on such a document, because it
    /// is not known which of the two uids a reference means.</summary>
    internal static IEnumerable<string> UidMismatches(ClusterData data) =>
    [
        .. data.Keepers.Where(k => k.Key != k.Value.Uid).Select(k => $"keeper {k.Key} has the uid {k.Value.Uid}"),
        .. data.Instances.Where(i => i.Key != i.Value.Uid).Select(i => $"instance {i.Key} has the uid {i.Value.Uid}"),
    ];

    private static IEnumerable<string> OfCluster(ClusterData data)
    {
        if (data.Cluster.Primary is not { } uid)
        {
            yield break;
        }

        if (!data.Instances.TryGetValue(uid, out var primary))
        {
            yield return $"the cluster's primary {uid} does not exist";
            yield break;
        }

        if (!primary.IsPrimaryType)
        {
            yield return $"the cluster's primary {uid} has neither the role of a primary nor an external source";
        }

        if (primary.Spec.SynchronousReplication
            && ClusterSettings.From(data.Cluster.Spec).MinSynchronousStandbys > 0
            && (primary.Spec.SynchronousStandbys ?? []).IsEmpty
            && (primary.Spec.ExternalSynchronousStandbys ?? []).IsEmpty)
        {
            yield return $"synchronous replication is on, but commits on primary {uid} wait for no standby";
        }
    }

    private static IEnumerable<string> OfProxies(ClusterData data)
    {
        var proxy = data.Proxy;
        if (proxy is { Target: null, Address: not null })
        {
            yield return "the proxies have an address but no target";
        }

        if (proxy.Target is { } target && target != data.Cluster.Primary)
        {
            yield return $"the proxies forward to {target}, which is not the cluster's primary";
        }

        if (proxy.Target is not null && proxy.Generation < Generation.First)
        {
            yield return "the proxies have a target but no generation";
        }
    }

    private static IEnumerable<string> OfInstance(ClusterData data, Instance instance)
    {
        var (uid, spec) = (instance.Uid, instance.Spec);
        if (instance.Generation < Generation.First)
        {
            yield return $"instance {uid} has no generation";
        }

        if (!data.Keepers.ContainsKey(spec.Keeper))
        {
            yield return $"keeper {spec.Keeper} of instance {uid} does not exist";
        }

        if (spec is { Role: InstanceRole.Standby, Follow: null })
        {
            yield return $"standby {uid} follows nothing";
        }

        if ((spec.SynchronousStandbys ?? []).Contains(uid))
        {
            yield return $"instance {uid} is its own synchronous standby";
        }

        // An instance without a role is left as it is by every decision.
        var gone = spec.Role is null ? [] : spec.Followers.Where(f => !data.Instances.ContainsKey(f));
        foreach (var follower in gone)
        {
            yield return $"instance {uid} keeps WAL for {follower}, which does not exist";
        }

        if (instance.IsStandbyType && spec.Follow is FollowSource.Internal { Instance: var followed })
        {
            if (!data.Instances.ContainsKey(followed))
            {
                yield return $"standby {uid} follows {followed}, which does not exist";
            }
            else if (FollowsItself(data, instance))
            {
                yield return $"standby {uid} follows itself, directly or through other standbys";
            }
        }
    }

    /// <summary>The walk ends at an instance that follows none, at the cluster's primary (if that is a standby, it is a
    /// fault by itself), or where it began.</summary>
    private static bool FollowsItself(ClusterData data, Instance standby)
    {
        var at = standby;
        for (var steps = 0; steps < data.Instances.Count; steps++)
        {
            if (!at.IsStandbyType || at.Uid == data.Cluster.Primary
                || data.Instances.Find(((FollowSource.Internal)at.Spec.Follow!).Instance) is not { } next)
            {
                return false;
            }

            if (next.Uid == standby.Uid)
            {
                return true;
            }

            at = next;
        }

        return false;
    }
}
