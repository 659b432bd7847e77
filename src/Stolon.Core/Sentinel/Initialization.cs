using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Leads the cluster to its first primary (docs/spec/sentinel.md 7.1).</summary>
internal static class Initialization
{
    public static DecisionState Apply(DecisionState state) => state.Primary is { } primary
        ? AwaitPrimary(state, primary)
        : Choose(state with { Data = state.Data with { Cluster = state.Data.Cluster with { Primary = null } } });

    private static DecisionState Choose(DecisionState state)
    {
        if (state.Settings.InitMode == ClusterInitMode.Existing)
        {
            var named = new KeeperUid(state.Settings.ExistingConfig?.KeeperUid ?? "");
            return state.Data.Keepers.ContainsKey(named)
                ? Place(state, named)
                : state.Reject(new SentinelNote.ExistingKeeperMissing(named.Value));
        }

        if (state.Data.Keepers.IsEmpty)
        {
            return state.Reject(new SentinelNote.NoKeepers());
        }

        // Not rejected: registered keepers are written, so that the status shows their complaints.
        if (DataAtRisk.In(state.View.Keepers, state.Data.Cluster) is { IsEmpty: false } held)
        {
            return state.WithNote(
                new SentinelNote.DataHeldElsewhere(held.Keys.ToValueList(), DataAtRisk.Advice(held)));
        }

        var eligible = state.Data.Keepers.Values
            .Where(k => k.Status is { Healthy: true, EligibleAsPrimary: not false }
                && KeeperObservation.IsPunctual(state, k.Uid))
            .Select(k => k.Uid)
            .ToSortedSet();
        return eligible.IsEmpty
            ? state.Reject(new SentinelNote.NoEligibleKeeper())
            : Place(state, eligible[state.View.Chance % eligible.Count]);
    }

    private static DecisionState Place(DecisionState state, KeeperUid keeper)
    {
        (state, var uid) = Cleared(state).TakeUid();
        var instance = new Instance { Uid = uid, Spec = SpecFor(state.Settings, keeper) };
        return state
            .WithInstance(instance)
            .WithCluster(state.Data.Cluster with { Primary = uid })
            .WithNote(new SentinelNote.InitialPrimaryChosen(uid, keeper));
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

    /// <summary>The external server that a standby cluster's first instance follows.</summary>
    internal static FollowSource ExternalSource(ClusterSettings settings) =>
        new FollowSource.External(settings.StandbyConfig?.Standby, settings.StandbyConfig?.ArchiveRecovery);

    private static DecisionState AwaitPrimary(DecisionState state, Instance primary) =>
        Convergence.StateOf(state, primary, Convergence.TimeoutOf(state, primary)) switch
        {
            ConvergenceState.Converged when HasReported(primary) => Finish(state, primary),
            ConvergenceState.Failed => StartOver(state, primary),
            _ => state,
        };

    /// <summary>Healthy by a report, not only because it has not failed for long enough: its parameters are about to be
    /// merged into the specification.</summary>
    private static bool HasReported(Instance primary) =>
        primary.Status.Healthy && !string.IsNullOrEmpty(primary.Status.SystemIdentifier);

    private static DecisionState Finish(DecisionState state, Instance primary)
    {
        var cluster = state.Data.Cluster with
        {
            Phase = ClusterPhase.Normal,
            Consent = state.Data.Cluster.Consent?.Narrowed(DataAtRisk.Held(state.View.Keepers).Values
                .Where(h => h.Cluster != state.Data.Cluster.Uid)),
        };
        if (state.Settings.MergePgParameters)
        {
            cluster = cluster with { Spec = cluster.Spec with { PgParameters = primary.Status.PgParameters } };
        }

        return state
            .WithCluster(cluster)
            .WithSpec(primary.Uid, s => s with { InitMode = InstanceInitMode.None, IncludePreviousConfig = false })
            .WithNote(new SentinelNote.ClusterInitialised(primary.Uid));
    }

    private static DecisionState StartOver(DecisionState state, Instance primary) =>
        Cleared(state).WithNote(new SentinelNote.InitialPrimaryFailed(primary.Uid, primary.Spec.Keeper));

    /// <summary>An initialization begins without instances and without a target. Imported cluster data may have
    /// some.</summary>
    private static DecisionState Cleared(DecisionState state) => ProxyRouting.Close(state with
    {
        Data = state.Data with
        {
            Instances = ValueMap<InstanceUid, Instance>.Empty,
            Cluster = state.Data.Cluster with { Primary = null },
        },
    });
}
