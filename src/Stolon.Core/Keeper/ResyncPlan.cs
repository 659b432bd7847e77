using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Keeper;

/// <summary>Makes the local data a copy of the followed instance's, with the least work: use them as they are, rewind,
/// or clone (docs/spec/keeper.md 4.1, resync). Local data change only after a healthy source has answered.</summary>
internal static class ResyncPlan
{
    /// <summary>The probe of the source is a plan of its own: however long the answer takes, the next plan uses cluster
    /// data that were read after it.</summary>
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

        // Also while waiting: deleted data are not restored by a clone that failed.
        return plan with { Risk = CloneDecision.RiskWhileIncomplete(view, instance) ?? plan.Risk };
    }

    /// <returns>The plan, and the probe that must succeed before it; null: none.</returns>
    private static (KeeperPlan Plan, KeeperStep.ProbeSource? Probe) Choose(KeeperView view, Instance instance)
    {
        // The running server is not the assigned instance and may be a replaced primary. So it stops before anything
        // else; only then it shows whether its data can be used.
        if (view.Observation.Server is not null)
        {
            return (view.Act(new KeeperStep.Stop()), null);
        }

        // The clone is complete, so the state of its source does not matter.
        if (view.Observation.Replacement == new ReplacementProgress(ReplacementStage.Complete, instance.Uid))
        {
            return (SwapIn(view, instance), null);
        }

        if (view.FollowedBy(instance) is not { } followed || DesiredConfiguration.AddressOf(followed) is not { } source)
        {
            return (view.Waiting("the address of the instance to follow"), null);
        }

        if (!followed.Status.Healthy)
        {
            return (view.Waiting($"instance {followed.Uid}, the source of the data, to become healthy"), null);
        }

        if (view.Observation.Data is { Unreadable: true })
        {
            return (view.Waiting("pg_control in the data directory to become readable"), null);
        }

        // Before the data are marked as incomplete, because then their owner is no longer recorded.
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
            : (view.Waiting($"instance {followed.Uid} to create the replication slot for this one"), null);
    }

    /// <summary>The data must be complete and of this cluster. Data that could not be used, or whose rewind was
    /// interrupted, are marked as incomplete. Another cluster's data with the same system identifier come from the same
    /// initdb, and it is unknown how far both have the same history: they are moved aside.</summary>
    private static bool LocalDataIsUsable(KeeperView view, Instance followed) =>
        view.Observation.Data is { SystemIdentifier: { Length: > 0 } identifier }
        && identifier == followed.Status.SystemIdentifier
        && ReplacementRule.ForeignData(view) is null
        && !view.Local.Initializing
        && IsOnClusterHistory(view.Observation.Data, view.Local)
        && CanResume(view.Observation.Data, followed);

    /// <summary>Two instances that were promoted from the same point, one of them unnoticed by the cluster, have
    /// timelines with the same number. PostgreSQL's files cannot tell them apart, so neither streaming nor a rewind
    /// would detect different histories. So a primary's data are used only on a timeline on which the cluster knew it.
    /// A standby's data were streamed, and timeline 1 has no promotion.</summary>
    private static bool IsOnClusterHistory(DataDirectoryObservation data, InstanceState local) =>
        data.Role == InstanceRole.Standby
        || data.Timeline == new Timeline(1)
        || data.Timeline == local.AcknowledgedTimeline;

    /// <summary>Whether the source still has the WAL that comes next. Without it a standby would start and never
    /// stream. A primary's data that need a rewind get the WAL by the rewind.</summary>
    internal static bool CanResume(DataDirectoryObservation data, Instance followed) =>
        (data.Role == InstanceRole.Primary && !data.ShutDownCleanly)
        || WalFileName.CanSync(data.Reached, followed.Status.OldestWalFile, data.WalSegmentBytes);

    /// <summary>A primary that was shut down cleanly, with its last record before the point where the followed
    /// instance's timeline branched off, has no WAL that the followed instance lacks. It can follow as it is.</summary>
    private static bool HasNotDiverged(DataDirectoryObservation local, Instance followed) =>
        local.ShutDownCleanly
        && TimelineFork.IsSameTimeline(InstanceJudgement.PositionOf(followed), PositionOf(local)) == true
        && followed.Status.TimelineHistory.Any(
            h => h.Timeline == local.Timeline && local.CheckpointPosition < h.SwitchPoint);

    private static Instance? RewindSource(KeeperView view) =>
        view.Data.Instances.Find(view.Data.Cluster.Primary) is { Status.Healthy: true } primary ? primary : null;

    /// <summary>pg_rewind compares histories, but does nothing if both are on timelines with the same number.</summary>
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

    /// <summary>With enough space the old data are not even marked until the clone is complete: if the source is lost
    /// meanwhile, they are the only copy.</summary>
    private static KeeperPlan Clone(KeeperView view, Instance instance, Instance followed, ServerAddress source) =>
        CloneDecision.Choose(view, instance, followed) switch
        {
            // Data of another cluster are kept permanently, so they are moved aside and not replaced.
            CloneMethod.Beside or CloneMethod.AfterErasing when ReplacementRule.ForeignData(view) is not null =>
                CloneInPlace(
                view,
                instance,
                source,
                ReplacementRule.Clear(
                    view, instance, $"a clone of instance {followed.Uid} at {source} replaces it")),
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

    /// <summary>Must succeed before data are marked or deleted: while the source does not answer, the local data do not
    /// change.</summary>
    private static KeeperStep.ProbeSource Probe(ServerAddress source, Instance instance, Instance followed) =>
        new(source, instance.Uid, followed.Status.SystemIdentifier);
}
