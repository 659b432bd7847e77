namespace Stolon.Core.Keeper;

/// <summary>What was put at risk by deleting the old data stays so until a clone is whole, however many attempts that
/// takes, and while nothing can be done but wait.</summary>
internal static class CloneRisk
{
    public static KeeperPlan Carry(KeeperView view, KeeperPlan plan)
    {
        var begun = view is { Local.Initializing: true, Look.Data: null } ? view.Memory.Risk : null;
        var risk = plan.Risk ?? begun;
        if (risk is null && view.Memory.Risk is null)
        {
            return plan;
        }

        var makesWhole = plan.Steps.Any(s => s is KeeperStep.CloneFrom or KeeperStep.SwapIn);
        return plan with
        {
            Risk = risk,
            OnSuccess = plan.OnSuccess with { Risk = makesWhole ? null : risk },
            OnFailure = plan.OnFailure with { Risk = risk },
        };
    }
}
