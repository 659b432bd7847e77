using Microsoft.Extensions.Logging;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Keeper;

/// <summary>Says what a run finds and does; what only goes on is said once.</summary>
/// <remarks>At each run the roles are said again, as scripts expect, and that the parameters have not changed
/// (process-contract.md 4); while a plan hurries, several times a second, only the latter.</remarks>
internal sealed class KeeperRunLog(ILogger logger)
{
    private string? _logged;
    private bool _restartTold;
    private KeeperPlan? _last;

    public void Log(KeeperView view, KeeperPlan plan)
    {
        KeeperGauges.Roles(view);
        var waits = _last is { RunAgainSoon: true } && _last.Remarks.Equals(plan.Remarks);
        foreach (var remark in plan.Remarks.Where(r => !waits || r is KeeperRemark.ParametersUnchanged))
        {
            if (remark != KeeperRemark.RestartNeeded || !_restartTold)
            {
                KeeperLog.Remark(logger, remark);
            }
        }

        _restartTold = plan.Remarks.Contains(KeeperRemark.RestartNeeded);
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
                _logged = null;
                break;
        }
    }

    public void Complain(string problem) => LogOnce(problem, () => KeeperLog.CannotAct(logger, problem));

    private void LogOnce(string what, Action tell)
    {
        if (_logged != what)
        {
            _logged = what;
            tell();
        }
    }
}
