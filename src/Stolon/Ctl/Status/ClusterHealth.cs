using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Ctl.Status;

/// <summary>What a cluster lacks to be healthy, for <c>stolonctl status --wait healthy</c>.</summary>
internal static class ClusterHealth
{
    /// <summary>Empty: the cluster is healthy. A sentinel leads and has assigned the present specification; the cluster
    /// is initialized; every PostgreSQL is healthy and has carried out its specification; commits wait only for
    /// confirmed synchronous standbys; no keeper is without data while standbys are missing; every running proxy
    /// forwards to the primary.</summary>
    /// <param name="leader">Null: no sentinel leads, so the cluster data may be old.</param>
    /// <param name="proxies">The reports of the running proxies.</param>
    /// <param name="minKeepers">How many keepers must have a PostgreSQL.</param>
    public static IEnumerable<string> Missing(
        ClusterData data, string? leader, IEnumerable<ProxyReport> proxies, long minKeepers)
    {
        if (leader is null)
        {
            yield return "no sentinel leads";
        }

        if (data.Cluster.Phase == ClusterPhase.Initializing)
        {
            yield return "the cluster is being initialized";
        }

        if (data.Instances.Find(data.Cluster.Primary) is not { } primary)
        {
            yield return "no primary is elected";
            yield break;
        }

        foreach (var problem in data.Instances.Values.Select(i => ProblemOf(data, i)).OfType<string>())
        {
            yield return problem;
        }

        foreach (var problem in SynchronyProblems(ClusterSettings.From(data.Cluster.Spec), primary))
        {
            yield return problem;
        }

        foreach (var keeper in KeepersWithoutData(data))
        {
            yield return $"keeper {keeper.Uid} has no data yet{(keeper.Status.Healthy ? "" : " and is not healthy")}"
                + Why(keeper.Status.Trouble);
        }

        var present = data.Instances.Values.Select(i => i.Spec.Keeper).Distinct().Count();
        if (present < minKeepers)
        {
            yield return $"{present} of {minKeepers} keepers have a PostgreSQL";
        }

        foreach (var proxy in proxies.Where(p => !ForwardsToPrimary(data, p)).OrderBy(p => p.Uid))
        {
            yield return $"proxy {proxy.Uid} does not forward to the primary yet";
        }
    }

    private static string? ProblemOf(ClusterData data, Instance instance)
    {
        var name = instance.Uid == data.Cluster.Primary ? "the primary" : "the standby";
        var keeper = data.Keepers.Find<KeeperUid, KeeperRecord>(instance.Spec.Keeper);
        if (keeper is { Status.Healthy: false } or { Status.Contested: true })
        {
            return $"keeper {keeper.Uid} is not healthy{Why(keeper.Status.Trouble)}";
        }

        if (keeper is { Status.ForceFail: true })
        {
            return $"keeper {keeper.Uid} is about to be failed, as an operator has requested";
        }

        if (!SettingsPropagation.IsApplied(ClusterSettings.From(data.Cluster.Spec), instance))
        {
            return $"the sentinel has not assigned the specification to {name} on keeper {instance.Spec.Keeper} yet";
        }

        if (!instance.Status.Healthy)
        {
            return $"{name} on keeper {instance.Spec.Keeper} is not healthy{Why(instance.Status.Trouble)}";
        }

        return instance.Status.CurrentGeneration == instance.Generation
            ? null
            : $"{name} on keeper {instance.Spec.Keeper} has carried out generation {instance.Status.CurrentGeneration} "
                + $"of {instance.Generation}{Why(instance.Status.Trouble)}";
    }

    /// <summary>Reasons for which commits may wait.</summary>
    private static IEnumerable<string> SynchronyProblems(ClusterSettings settings, Instance primary)
    {
        if (settings.SynchronousReplicationInForce && !primary.Spec.SynchronousReplication)
        {
            yield return "synchronous replication is in the specification, but not yet on the primary";
        }

        if (!primary.Spec.SynchronousReplication)
        {
            yield break;
        }

        if (primary.Spec.ExternalSynchronousStandbys is { IsEmpty: false })
        {
            yield return "commits wait for a synchronous standby that is not in the cluster";
        }

        var confirmed = primary.Status.SynchronousStandbys ?? [];
        foreach (var standby in (primary.Spec.SynchronousStandbys ?? []).Where(s => !confirmed.Contains(s)))
        {
            yield return $"instance {standby} is not confirmed as a synchronous standby yet";
        }
    }

    /// <summary>Keepers beyond the number of standbys in the specification stay without data.</summary>
    private static IEnumerable<KeeperRecord> KeepersWithoutData(ClusterData data)
    {
        var standbys = data.Instances.Values.Count(i => i.Uid != data.Cluster.Primary);
        var wanted = ClusterSettings.From(data.Cluster.Spec).MaxStandbysPerSender;
        return data.Keepers.Values
            .Where(k => data.InstanceOf(k.Uid) is null)
            .OrderByDescending(k => k.Status.Healthy)
            .Take(Math.Max(0, wanted - standbys));
    }

    private static bool ForwardsToPrimary(ClusterData data, ProxyReport proxy) =>
        !proxy.Unreadable
        && data.Proxy.Target == data.Cluster.Primary
        && data.Proxy.EnabledProxies.Contains(proxy.Uid)
        && proxy.Generation == data.Proxy.Generation;

    private static string Why(Trouble? trouble) => trouble is null ? "" : $": {trouble.Reason}";
}
