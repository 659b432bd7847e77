using Microsoft.Extensions.Logging;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Keeping;

/// <summary>Says what a run finds and does; what only goes on is said once.</summary>
internal sealed class KeeperRunLog(ILogger logger)
{
    private string? _told;
    private bool _restartTold;

    public void Tell(KeeperView view, KeeperPlan plan)
    {
        KeeperGauges.Roles(view);
        foreach (var remark in plan.Remarks)
        {
            if (remark != KeeperRemark.RestartNeeded || !_restartTold)
            {
                KeeperLog.Remark(logger, remark);
            }
        }

        _restartTold = plan.Remarks.Contains(KeeperRemark.RestartNeeded);

        switch (plan.Verdict)
        {
            case KeeperVerdict.Waiting waiting:
                TellOnce(waiting.For, () => KeeperLog.Waiting(logger, waiting.For));
                break;
            case KeeperVerdict.Refused refused:
                TellOnce(refused.Why, () => KeeperLog.Refused(logger, refused.Why));
                break;
            case KeeperVerdict.Converged:
                TellOnce($"converged {view.Assigned?.Generation}", () => KeeperLog.Converged(
                    logger, view.Assigned?.Uid.Value ?? "", view.Assigned?.Generation.Value ?? 0));
                break;
            default:
                _told = null;
                break;
        }
    }

    public void Complain(string problem) => TellOnce(problem, () => KeeperLog.CannotAct(logger, problem));

    private void TellOnce(string what, Action tell)
    {
        if (_told != what)
        {
            _told = what;
            tell();
        }
    }
}
