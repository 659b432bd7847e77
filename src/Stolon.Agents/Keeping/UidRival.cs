using Microsoft.Extensions.Logging;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeping;

/// <summary>Notices a second keeper with this one's uid: both publish under one key, and the sentinel sees now the one,
/// now the other.</summary>
/// <remarks>A run of an earlier keeper is replaced by ours once; only a rival comes back after it.</remarks>
internal sealed class UidRival(KeeperOptions options, ILogger logger)
{
    private bool _seenOurs;
    private bool _told;

    public void Notice(ClusterData data)
    {
        if (!data.Keepers.TryGetValue(options.Uid, out var keeper) || keeper.Status.BootUuid is not { } run)
        {
            return;
        }

        var ours = run == options.Identity.BootUuid;
        if (_seenOurs && !ours && !_told)
        {
            _told = true;
            KeeperLog.UidTaken(logger, options.Uid.Value);
        }

        _seenOurs |= ours;
    }
}
