using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Keeps in the keeper's file how far the cluster data have come.</summary>
internal sealed class SeenClusterDataFile(ILocalStateFiles files, ILogger logger)
{
    private readonly LogOnce _notSaved = new();

    /// <summary>Notes these cluster data.</summary>
    /// <returns>The keeper's file, with what has been seen now; a full disk keeps nobody from knowing
    /// it.</returns>
    public KeeperState Notice(ClusterData data)
    {
        var state = files.ReadKeeper();
        var noticed = state.WithSeen(data);
        if (noticed == state)
        {
            return state;
        }

        state = noticed;
        try
        {
            files.Write(state);
            _notSaved.End();
        }
        catch (LocalStateException e)
        {
            if (_notSaved.IsDue())
            {
                KeeperLog.SeenClusterDataNotSaved(logger, e);
            }
        }

        return state;
    }
}
