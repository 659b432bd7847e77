using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Plans what a keeper does next, from the cluster data, its files and its server (docs/spec/keeper.md 4).
/// After the steps the keeper observes and plans again, until nothing is left to do.</summary>
public static class ConvergencePlan
{
    public static KeeperPlan For(KeeperView view)
    {
        if (view.KnownCluster != view.Data.Cluster.Uid)
        {
            return view.Act([.. ReplacementRule.SaveOwner(view), new KeeperStep.SaveCluster(view.Data.Cluster.Uid)]);
        }

        // Must come first: during a swap the data directory may be missing, which means nothing.
        if (view.Observation is { Replacement.Stage: ReplacementStage.Swapping, Server: null })
        {
            return view.Act(new KeeperStep.SwapIn());
        }

        if (!view.Data.Keepers.TryGetValue(view.Self, out var keeper))
        {
            return view.Waiting("the sentinel to register this keeper");
        }

        if (StaleClusterDataRule.Refusal(view) is { } refusal)
        {
            return refusal;
        }

        if (view.Assigned is not { } instance)
        {
            // A cluster without a primary may exist by mistake (an empty store), and the server here may still be in
            // use. So it keeps running.
            if (view.Data.Cluster.Primary is null && ReplacementRule.WhyForbidden(view) is { } forbidden)
            {
                return view.Refused(forbidden, ComplaintSubject.Data);
            }

            return view.Observation.Server is null
                ? view.Waiting("an instance to be assigned to this keeper")
                : view.Act(new KeeperStep.Stop());
        }

        if (keeper.Status.BootUuid != view.Identity.BootUuid)
        {
            return AwaitRecognition(view, instance);
        }

        if (keeper.Status.Contested)
        {
            // A running server keeps running, because the keeper cannot know which of the two is the right one.
            return view.Refused(
                "another keeper runs with this keeper's uid: stop one of the two permanently; until then nothing is "
                + "started, promoted or changed here");
        }

        if (view.Local.Uid != instance.Uid || IsIncomplete(view))
        {
            return BootstrapPlan.For(view, instance);
        }

        return MayRunTemporarily(view)
            ? view.Act(new KeeperStep.Stop()) with { OnSuccess = view.Memory with { Prepared = instance.Uid } }
            : ForRole(view, instance);
    }

    /// <summary>Nothing starts until the sentinel has read a report of this run of the keeper. A server that already
    /// runs as the assigned instance keeps running.</summary>
    private static KeeperPlan AwaitRecognition(KeeperView view, Instance instance) =>
        view.Observation.Server is not null && (view.Local.Uid != instance.Uid || IsIncomplete(view))
            ? view.Act(new KeeperStep.Stop())
            : view.Waiting("the sentinel to read a report of this keeper since its start");

    private static bool IsIncomplete(KeeperView view) => view.Local.Initializing && !IsPrepared(view);

    /// <summary>This run of the keeper prepared the data, or a complete clone was swapped in by any run.</summary>
    private static bool IsPrepared(KeeperView view) =>
        view.Memory.Prepared == view.Local.Uid
        || view.Observation.Replacement == new ReplacementProgress(ReplacementStage.Swapped, view.Local.Uid);

    /// <summary>An interrupted adoption leaves a server running with the temporary configuration, which no reload
    /// replaces.</summary>
    private static bool MayRunTemporarily(KeeperView view) =>
        view.Observation.Server is not null
        && view.Local.Generation == Generation.None
        && !IsPrepared(view);

    private static KeeperPlan ForRole(KeeperView view, Instance instance) => instance.Spec.Role switch
    {
        InstanceRole.Primary => PrimaryPlan.For(view, instance),
        InstanceRole.Standby => StandbyPlan.For(view, instance),
        _ => view.Waiting("the instance to get a role in the cluster data"),
    };

    /// <summary>The end of a convergence: saves that the generation is reached.</summary>
    internal static KeeperPlan Reached(KeeperView view, Instance instance, KeeperMemory memory)
    {
        var reached = new InstanceState
        {
            Uid = instance.Uid,
            Cluster = view.Data.Cluster.Uid,
            Generation = instance.Generation,
            InitParameters = instance.Spec.IncludePreviousConfig ? view.Local.InitParameters : null,
            AcknowledgedTimeline = instance is { IsPrimaryType: true, Converged: true, Status.Healthy: true }
                ? instance.Status.Timeline
                : view.Local.AcknowledgedTimeline,
        };
        var drop = DropReplaced(view);
        return new KeeperPlan
        {
            Steps =
            [
                .. view.Local == reached ? ValueList<KeeperStep>.Empty : [new KeeperStep.SaveInstance(reached)],
                .. drop,
            ],

            // Each step deletes a part only, so that the keeper can react to new cluster data in between.
            RunAgainSoon = !drop.IsEmpty,
            Verdict = new KeeperVerdict.Converged(),
            OnSuccess = memory,
            OnFailure = view.Memory,
        };
    }

    /// <summary>The server runs on the new data, as the cluster data require, and answers. So the old data are no
    /// longer needed.</summary>
    private static ValueList<KeeperStep> DropReplaced(KeeperView view) =>
        view.Observation is
        {
            Replacement.Stage: ReplacementStage.Swapped or ReplacementStage.Dropping,
            Server.Answers: not null,
        }
            ? [new KeeperStep.DropReplaced()]
            : [];
}
