using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Keeper;

/// <summary>Makes the local data a copy of the followed instance's, by the cheapest way that works: as it is, rewound,
/// cloned (keeper.md 4.1, resync). What is here is changed or deleted only when a healthy source has
/// answered.</summary>
internal static class ResyncPlan
{
    /// <summary>The source is asked in a plan of its own: however long its answer takes, what is done then follows from
    /// news that were read after it.</summary>
    public static KeeperPlan For(KeeperView view, Instance instance)
    {
        var (plan, probe) = Choose(view, instance);
        plan = probe is not null && probe != view.Memory.Probed
            ? view.Act(probe) with { OnSuccess = view.Memory with { Probed = probe } }
            : plan with
            {
                OnSuccess = plan.OnSuccess with { Probed = null },
                OnFailure = plan.OnFailure with { Probed = null },
            };

        // Also while nothing is done: what was deleted is not back because the copy of it failed.
        return plan with { Risk = CloneDecision.RiskWhileIncomplete(view, instance) ?? plan.Risk };
    }

    /// <returns>What to do, and who has to have answered before; null: nobody.</returns>
    private static (KeeperPlan Plan, KeeperStep.ProbeSource? Probe) Choose(KeeperView view, Instance instance)
    {
        // What runs here is not the assigned instance; it may be a primary that was replaced. It stops before anything
        // is waited for, and whether its data can be used as they are shows only then.
        if (view.Observation.Server is not null)
        {
            return (view.Act(new KeeperStep.Stop()), null);
        }

        // However its source fares now: it is whole.
        if (view.Observation.Replacement == new ReplacementProgress(ReplacementStage.Complete, instance.Uid))
        {
            return (SwapIn(view, instance), null);
        }

        if (view.FollowedBy(instance) is not { } followed || DesiredConfiguration.AddressOf(followed) is not { } source)
        {
            return (view.Waiting("the instance to be followed to be known"), null);
        }

        if (!followed.Status.Healthy)
        {
            return (view.Waiting($"instance {followed.Uid}, to be followed, to be healthy"), null);
        }

        if (view.Observation.Data is { Unreadable: true })
        {
            return (view.Waiting("the control data in the data directory to be readable"), null);
        }

        // Before anything is marked: what is marked as half-made is nobody's from then on.
        if (ReplacementRule.WhyForbidden(view) is { } forbidden)
        {
            return (view.Refused(forbidden, ComplaintSubject.Data), null);
        }

        if (LocalDataIsUsable(view, followed))
        {
            if (HasNotDiverged(view.Observation.Data!, followed))
            {
                return (Reuse(view, instance, followed, []), Probe(source, instance, followed));
            }

            if (instance.Spec.UsePgRewind
                && RewindSource(view) is { } primary
                && CanBeRewound(view.Observation.Data!, primary)
                && DesiredConfiguration.AddressOf(primary) is { } address)
            {
                var rewind = new KeeperStep.Rewind(address, instance.Uid);
                var risk = CloneDecision.RiskOfRewind(view, instance, primary);
                return (
                    Reuse(view, instance, followed, [rewind]) with { Risk = risk },
                    Probe(address, instance, followed));
            }
        }

        return followed.Converged && followed.Spec.Followers.Contains(instance.Uid)
            ? (Clone(view, instance, followed, source), Probe(source, instance, followed))
            : (view.Waiting($"instance {followed.Uid} to prepare a replication slot for this one"), null);
    }

    /// <summary>Whole data of this very cluster. What could not be used, or was rewound half-way, is marked as
    /// half-made. Another cluster's data with the same identifier come from the same initdb, and nothing tells how far
    /// the two have one history: they are given up by being moved aside, whole.</summary>
    private static bool LocalDataIsUsable(KeeperView view, Instance followed) =>
        view.Observation.Data is { SystemIdentifier: { Length: > 0 } identifier }
        && identifier == followed.Status.SystemIdentifier
        && ReplacementRule.ForeignData(view) is null
        && !view.Local.Initializing
        && IsOnClusterHistory(view.Observation.Data, view.Local)
        && CanResume(view.Observation.Data, followed);

    /// <summary>Two instances promoted from the same point, one of them unseen by the cluster, give their timelines the
    /// same number; from then on nothing in PostgreSQL's files tells them apart, and neither following nor a rewind
    /// would notice that the histories differ. So a primary's data is trusted only on a timeline the cluster has known
    /// it by. A standby's was streamed, and the first timeline is nobody's promotion.</summary>
    private static bool IsOnClusterHistory(DataDirectoryObservation data, InstanceState local) =>
        data.Role == InstanceRole.Standby
        || data.Timeline == new Timeline(1)
        || data.Timeline == local.AcknowledgedTimeline;

    /// <summary>The source still has the WAL that comes next. Without it the data would be found good, started, and
    /// stand still again. A primary's data that have to be rewound get what they need by that.</summary>
    internal static bool CanResume(DataDirectoryObservation data, Instance followed) =>
        (data.Role == InstanceRole.Primary && !data.ShutDownCleanly)
        || WalFileName.CanSync(data.Reached, followed.Status.OldestWalFile, data.WalSegmentBytes);

    /// <summary>A primary that was shut down in order, its last record lying before the point where the followed
    /// instance's timeline branched off, has nothing the followed one lacks: it can follow as it is.</summary>
    private static bool HasNotDiverged(DataDirectoryObservation local, Instance followed) =>
        local.ShutDownCleanly
        && TimelineFork.IsSameTimeline(InstanceJudgement.PositionOf(followed), PositionOf(local)) == true
        && followed.Status.TimelineHistory.Any(
            h => h.Timeline == local.Timeline && local.CheckpointPosition < h.SwitchPoint);

    private static Instance? RewindSource(KeeperView view) =>
        view.Data.Instances.Find(view.Data.Cluster.Primary) is { Status.Healthy: true } primary ? primary : null;

    /// <summary>pg_rewind compares whole histories, but finds nothing to do where both are on a timeline of the same
    /// number.</summary>
    private static bool CanBeRewound(DataDirectoryObservation local, Instance primary) =>
        local.Timeline != primary.Status.Timeline
        || TimelineFork.IsSameTimeline(InstanceJudgement.PositionOf(primary), PositionOf(local)) == true;

    private static TimelinePosition PositionOf(DataDirectoryObservation local) =>
        new(local.Timeline, local.CheckpointPosition, local.TimelineHistory);

    private static KeeperPlan Reuse(
        KeeperView view, Instance instance, Instance followed, ReadOnlySpan<KeeperStep> rewind) =>
        view.Act(
        [
            new KeeperStep.SaveInstance(view.InitializingState(instance)),
            .. rewind,
            new KeeperStep.Start(DesiredConfiguration.Standby(view, instance)!),
            new KeeperStep.AwaitReady(view.Settings.DbWaitReadyTimeout),
            new KeeperStep.VerifyBranch(InstanceJudgement.PositionOf(followed)),
        ]) with
        {
            OnSuccess = new KeeperMemory
            {
                Prepared = instance.Uid,
                InEffect = DesiredConfiguration.Standby(view, instance),
            },
            OnFailure = new KeeperMemory(),
        };

    /// <summary>With room the old data are not even marked until the clone is whole: should its source be lost
    /// meanwhile, they are what is left.</summary>
    private static KeeperPlan Clone(KeeperView view, Instance instance, Instance followed, ServerAddress source) =>
        CloneDecision.Choose(view, instance, followed) switch
        {
            // Data of another cluster are kept for good, and so moved aside, not replaced.
            CloneMethod.Beside or CloneMethod.AfterErasing when ReplacementRule.ForeignData(view) is not null => CloneInPlace(
                view,
                instance,
                source,
                ReplacementRule.Clear(
                    view, instance, $"the data is replaced by a clone of instance {followed.Uid} at {source}")),
            CloneMethod.Forbidden forbidden => view.Refused(forbidden.Why),
            CloneMethod.Beside => view.Act(
                new KeeperStep.CloneBeside(source, instance.Uid, ReplicationSlotName.Of(instance.Uid))),
            CloneMethod.AfterErasing over => CloneInPlace(
                view,
                instance,
                source,
                [
                    new KeeperStep.SaveInstance(view.InitializingState(instance)),
                    new KeeperStep.Erase($"for a clone of instance {followed.Uid} at {source}: {over.Risk}"),
                ])
                with
            { Risk = over.Risk },
            CloneMethod.IntoEmptyDirectory =>
                CloneInPlace(view, instance, source, [new KeeperStep.SaveInstance(view.InitializingState(instance))]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    private static KeeperPlan CloneInPlace(
        KeeperView view, Instance instance, ServerAddress source, ReadOnlySpan<KeeperStep> before) =>
        view.Act(
        [
            .. before,
            new KeeperStep.CloneFrom(source, instance.Uid, ReplicationSlotName.Of(instance.Uid)),
        ]) with
        {
            OnSuccess = new KeeperMemory { Prepared = instance.Uid },
            OnFailure = new KeeperMemory(),
        };

    private static KeeperPlan SwapIn(KeeperView view, Instance instance) =>
        view.Act(new KeeperStep.SaveInstance(view.InitializingState(instance)), new KeeperStep.SwapIn()) with
        {
            OnSuccess = new KeeperMemory { Prepared = instance.Uid },
            OnFailure = new KeeperMemory(),
        };

    /// <summary>Before anything is marked or deleted: while the source does not answer, what is here stays as it
    /// is.</summary>
    private static KeeperStep.ProbeSource Probe(ServerAddress source, Instance instance, Instance followed) =>
        new(source, instance.Uid, followed.Status.SystemIdentifier);
}
