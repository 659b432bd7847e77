using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Derives complaints from the verdict of a plan.</summary>
internal sealed class VerdictComplaints(ActiveComplaints complaints, Func<TimeSpan> interval, TimeProvider time)
{
    private readonly OwnComplaint _ofData = new(complaints, ComplaintSubject.Data);
    private (string For, long Since)? _waiting;

    public void Apply(KeeperView view, KeeperPlan plan)
    {
        ApplyData(view, plan.Verdict);
        complaints.Set(
            ComplaintSubject.Convergence,
            OfConvergence(plan),
            logged: plan.Verdict is not KeeperVerdict.Converged,
            refusal: plan.Verdict is KeeperVerdict.Refused { Subject: ComplaintSubject.Convergence });
    }

    /// <summary>The plan may take hours, and shows that the keeper no longer refuses. A probe alone does not: the
    /// keeper may refuse again after it.</summary>
    public void Begin(KeeperPlan plan)
    {
        if (plan.Steps.Any(s => s is not KeeperStep.ProbeSource))
        {
            complaints.SettleRefusals();
        }
    }

    private void ApplyData(KeeperView view, KeeperVerdict verdict)
    {
        var wrong = verdict is KeeperVerdict.Refused { Subject: ComplaintSubject.Data } refused
            ? refused.Why
            : StaleClusterDataRule.Complaint(view);
        _ofData.Set(wrong, logged: verdict is KeeperVerdict.Refused, verdict is KeeperVerdict.Refused);
    }

    /// <summary>Null: no complaint. A short wait is normal; a wait of two intervals is a complaint.</summary>
    private string? OfConvergence(KeeperPlan plan)
    {
        if (plan.Verdict is KeeperVerdict.Refused { Subject: ComplaintSubject.Convergence } refused)
        {
            _waiting = null;
            return $"cannot carry out the cluster data: {refused.Why}";
        }

        var awaited = plan.Verdict is KeeperVerdict.Waiting waiting ? $"waiting for {waiting.For}" : plan.RestartAwaits;
        if (awaited is null)
        {
            _waiting = null;
            return null;
        }

        if (_waiting?.For != awaited)
        {
            _waiting = (awaited, time.GetTimestamp());
        }

        return time.GetElapsedTime(_waiting.Value.Since) >= 2 * interval() ? awaited : null;
    }
}
