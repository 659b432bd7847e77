using Microsoft.Extensions.Logging;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Detects a second keeper with the same uid. Both publish under one key, and the sentinel sees their reports
/// in turn.</summary>
/// <remarks>Our run replaces an earlier keeper's run once; only a second keeper's run comes back afterwards. The
/// complaint causes a report at once, which shows the sentinel that this run has not ended.</remarks>
internal sealed class DuplicateKeeperDetector(KeeperOptions options, ActiveComplaints complaints, ILogger logger)
{
    private readonly LogOnce _duplicate = new();
    private bool _seenOurs;

    public void Check(ClusterData data)
    {
        if (!data.Keepers.TryGetValue(options.Uid, out var keeper) || keeper.Status.BootUuid is not { } run)
        {
            return;
        }

        var ours = run == options.Identity.BootUuid;
        if (keeper.Status.Contested || (_seenOurs && !ours))
        {
            Complain();
        }
        else
        {
            _duplicate.End();
            complaints.Settle(ComplaintSubject.Identity);
        }

        _seenOurs |= ours;
    }

    private void Complain()
    {
        if (_duplicate.IsDue())
        {
            KeeperLog.UidTaken(logger, options.Uid.Value);
        }

        complaints.Add(
            ComplaintSubject.Identity,
            $"another keeper runs with the uid {options.Uid}, on another host or from a copy of this one's data: "
            + "nothing is started or promoted here until one of the two has been stopped",
            logged: true);
    }
}
