using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Short forms for writing plans.</summary>
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

    /// <summary>With the role wanted told first, and whether the server has it already (process-contract.md
    /// 4).</summary>
    public static KeeperPlan InRole(
        this KeeperPlan plan, KeeperRemark desired, KeeperRemark already, bool reached) =>
        plan with { Remarks = [desired, .. reached ? [already] : ValueList<KeeperRemark>.Empty, .. plan.Remarks] };

    /// <summary>The steps to be sure that no server runs: none, when none does.</summary>
    public static IEnumerable<KeeperStep> StopIfRunning(this KeeperView view) =>
        view.Observation.Server is null ? [] : [new KeeperStep.Stop()];

    /// <summary>The steps to be sure that the data directory is empty: none, when it is.</summary>
    public static IEnumerable<KeeperStep> EraseIfPresent(this KeeperView view, string why) =>
        view.Observation.DirectoryHasFiles ? [new KeeperStep.Erase(why)] : [];

    /// <summary>The state that says: this instance's data is being made.</summary>
    public static InstanceState InitializingState(this KeeperView view, Instance instance) =>
        new() { Uid = instance.Uid, Initializing = true, Cluster = view.Data.Cluster.Uid };

    private static KeeperPlan Idle(KeeperView view, KeeperVerdict verdict) => new()
    {
        Verdict = verdict,
        OnSuccess = view.Memory,
        OnFailure = view.Memory,
    };
}
