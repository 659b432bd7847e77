using Microsoft.Extensions.Logging;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Keeper;

/// <summary>Logs what a run of the keeper observes and does. A verdict that lasts is logged once.</summary>
/// <remarks>Scripts wait for lines about the role and about unchanged parameters, so these come at each run
/// (docs/spec/process-contract.md 4). While a plan runs again several times a second, only the latter comes each
/// time.</remarks>
internal sealed class KeeperRunLog(ILogger logger)
{
    private readonly LogOnce _verdict = new();
    private readonly LogOnce _restart = new();
    private KeeperPlan? _last;

    public void Log(KeeperView view, KeeperPlan plan)
    {
        KeeperGauges.Roles(view);
        var waits = _last is { RunAgainSoon: true } && _last.Remarks.Equals(plan.Remarks);
        foreach (var remark in plan.Remarks.Where(r => !waits || r is KeeperRemark.ParametersUnchanged))
        {
            if (remark != KeeperRemark.RestartNeeded || _restart.IsDue())
            {
                KeeperLog.Remark(logger, remark);
            }
        }

        if (!plan.Remarks.Contains(KeeperRemark.RestartNeeded))
        {
            _restart.End();
        }

        _last = plan;

        switch (plan.Verdict)
        {
            case KeeperVerdict.Waiting waiting:
                LogOnce(waiting.For, () => KeeperLog.Waiting(logger, waiting.For));
                break;
            case KeeperVerdict.Refused refused:
                LogOnce(refused.Why, () => KeeperLog.Refused(logger, refused.Why));
                break;
            case KeeperVerdict.Converged:
                LogOnce($"converged {view.Assigned?.Generation}", () => KeeperLog.Converged(
                    logger, view.Assigned?.Uid.Value ?? "", view.Assigned?.Generation.Value ?? 0));
                break;
            default:
                _verdict.End();
                break;
        }
    }

    public void CannotAct(string problem) => LogOnce(problem, () => KeeperLog.CannotAct(logger, problem));

    private void LogOnce(string what, Action log)
    {
        if (_verdict.IsDue(what))
        {
            log();
        }
    }
}
