using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Brings the cluster to its first primary (sentinel.md 7.1).</summary>
internal static class Initialization
{
    public static Pass Apply(Pass pass) => pass.Primary is { } primary
        ? Await(pass, primary)
        : Choose(pass with { Data = pass.Data with { Cluster = pass.Data.Cluster with { Primary = null } } });

    private static Pass Choose(Pass pass)
    {
        if (pass.Settings.InitMode == ClusterInitMode.Existing)
        {
            var named = new KeeperUid(pass.Settings.ExistingConfig?.KeeperUid ?? "");
            return pass.Data.Keepers.ContainsKey(named)
                ? Place(pass, named)
                : pass.Refusing(new SentinelNote.ExistingKeeperMissing(named.Value));
        }

        if (pass.Data.Keepers.IsEmpty)
        {
            return pass.Refusing(new SentinelNote.NoKeepers());
        }

        // Not refused: who has registered is written, so that status shows what its keepers complain of.
        if (DataAtRisk.In(pass.View.Keepers, pass.Data.Cluster) is { IsEmpty: false } held)
        {
            return pass.Noting(
                new SentinelNote.DataHeldElsewhere(held.Keys.ToValueList(), DataAtRisk.Advice(held)));
        }

        var eligible = pass.Data.Keepers.Values
            .Where(k => k.Status is { Healthy: true, EligibleAsPrimary: not false }
                && KeeperObservation.IsPunctual(pass, k.Uid))
            .Select(k => k.Uid)
            .ToSortedSet();
        return eligible.IsEmpty
            ? pass.Refusing(new SentinelNote.NoEligibleKeeper())
            : Place(pass, eligible[pass.View.Chance % eligible.Count]);
    }

    private static Pass Place(Pass pass, KeeperUid keeper)
    {
        (pass, var uid) = pass.TakeUid();
        var instance = new Instance { Uid = uid, Spec = SpecFor(pass.Settings, keeper) };
        return pass
            .WithInstance(instance)
            .WithCluster(pass.Data.Cluster with { Primary = uid })
            .Noting(new SentinelNote.InitialPrimaryChosen(uid, keeper));
    }

    private static InstanceSpec SpecFor(ClusterSettings settings, KeeperUid keeper)
    {
        var spec = new InstanceSpec
        {
            Keeper = keeper,
            Role = InstanceRole.Primary,
            IncludePreviousConfig = settings.MergePgParameters,
        };
        return settings.InitMode switch
        {
            ClusterInitMode.Existing => spec with { InitMode = InstanceInitMode.Existing },
            ClusterInitMode.PointInTimeRecovery => Restored(settings, spec),
            _ => spec with { InitMode = InstanceInitMode.New, NewConfig = settings.NewConfig },
        };
    }

    private static InstanceSpec Restored(ClusterSettings settings, InstanceSpec spec)
    {
        spec = spec with
        {
            InitMode = InstanceInitMode.PointInTimeRecovery,
            PointInTimeConfig = settings.PointInTimeConfig,
        };
        return settings.Role == ClusterRole.Primary
            ? spec
            : spec with { Role = InstanceRole.Standby, Follow = ExternalSource(settings) };
    }

    /// <summary>What a standby cluster's first instance follows.</summary>
    internal static FollowSource ExternalSource(ClusterSettings settings) =>
        new FollowSource.External(settings.StandbyConfig?.Standby, settings.StandbyConfig?.ArchiveRecovery);

    private static Pass Await(Pass pass, Instance primary) =>
        Convergence.StateOf(pass, primary, Convergence.TimeoutOf(pass, primary)) switch
        {
            ConvergenceState.Converged when HasSpoken(primary) => Finish(pass, primary),
            ConvergenceState.Failed => StartOver(pass, primary),
            _ => pass,
        };

    /// <summary>Healthy, and not only because it has not been sick for long enough: its parameters are about to be
    /// taken over.</summary>
    private static bool HasSpoken(Instance primary) =>
        primary.Status.Healthy && !string.IsNullOrEmpty(primary.Status.SystemIdentifier);

    private static Pass Finish(Pass pass, Instance primary)
    {
        var cluster = pass.Data.Cluster with
        {
            Phase = ClusterPhase.Normal,
            Consent = pass.Data.Cluster.Consent?.Settled(DataAtRisk.Held(pass.View.Keepers).Values
                .Where(h => h.Cluster != pass.Data.Cluster.Uid)),
        };
        if (pass.Settings.MergePgParameters)
        {
            cluster = cluster with { Spec = cluster.Spec with { PgParameters = primary.Status.PgParameters } };
        }

        return pass
            .WithCluster(cluster)
            .WithSpec(primary.Uid, s => s with { InitMode = InstanceInitMode.None, IncludePreviousConfig = false })
            .Noting(new SentinelNote.ClusterInitialised(primary.Uid));
    }

    private static Pass StartOver(Pass pass, Instance primary) =>
        (pass with
        {
            Data = pass.Data with
            {
                Instances = ValueMap<InstanceUid, Instance>.Empty,
                Cluster = pass.Data.Cluster with { Primary = null },
            },
        }).Noting(new SentinelNote.InitialPrimaryFailed(primary.Uid, primary.Spec.Keeper));
}
