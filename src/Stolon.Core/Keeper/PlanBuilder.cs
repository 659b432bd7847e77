using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Helpers to write plans.</summary>
internal static class PlanBuilder
{
    public static KeeperPlan Waiting(this KeeperView view, string what) =>
        Idle(view, new KeeperVerdict.Waiting(what));

    public static KeeperPlan Refused(
        this KeeperView view, string why, ComplaintSubject subject = ComplaintSubject.Convergence) =>
        Idle(view, new KeeperVerdict.Refused(why, subject));

    public static KeeperPlan Act(this KeeperView view, params ReadOnlySpan<KeeperStep> steps) => new()
    {
        Steps = ValueList.Create(steps),
        Verdict = new KeeperVerdict.Act(),
        OnSuccess = view.Memory,
        OnFailure = view.Memory,
    };

    /// <summary>Logs the requested role first, and whether the server already has it (docs/spec/process-contract.md
    /// 4).</summary>
    public static KeeperPlan InRole(
        this KeeperPlan plan, KeeperRemark desired, KeeperRemark already, bool reached) =>
        plan with { Remarks = [desired, .. reached ? [already] : ValueList<KeeperRemark>.Empty, .. plan.Remarks] };

    /// <summary>A stop, if a server runs.</summary>
    public static IEnumerable<KeeperStep> StopIfRunning(this KeeperView view) =>
        view.Observation.Server is null ? [] : [new KeeperStep.Stop()];

    /// <summary>An erase, if the data directory is not empty.</summary>
    public static IEnumerable<KeeperStep> EraseIfPresent(this KeeperView view, string why) =>
        view.Observation.DirectoryHasFiles ? [new KeeperStep.Erase(why)] : [];

    /// <summary>The state of an instance whose data are being initialized.</summary>
    public static InstanceState InitializingState(this KeeperView view, Instance instance) =>
        new() { Uid = instance.Uid, Initializing = true, Cluster = view.Data.Cluster.Uid };

    private static KeeperPlan Idle(KeeperView view, KeeperVerdict verdict) => new()
    {
        Verdict = verdict,
        OnSuccess = view.Memory,
        OnFailure = view.Memory,
    };
}
