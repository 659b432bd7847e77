using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Records in the keeper's state file which cluster data it has seen, so that it recognises older
/// ones.</summary>
internal sealed class SeenClusterDataFile(ILocalStateFiles files, ILogger logger)
{
    private readonly LogOnce _notSaved = new();

    /// <summary>Records these cluster data.</summary>
    /// <returns>The keeper's state with these data recorded, even when it could not be written.</returns>
    public KeeperState Update(ClusterData data)
    {
        var state = files.ReadKeeper();
        var updated = state.WithSeen(data);
        if (updated == state)
        {
            return state;
        }

        try
        {
            files.Write(updated);
            _notSaved.End();
        }
        catch (LocalStateException e)
        {
            if (_notSaved.IsDue())
            {
                KeeperLog.SeenClusterDataNotSaved(logger, e);
            }
        }

        return updated;
    }
}
