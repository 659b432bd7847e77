using Stolon.Agents.Ports.Store;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Watches whether a long step is still needed.</summary>
public interface IStepWatch
{
    /// <summary>Waits until the step is no longer needed, or until cancelled. Never throws.</summary>
    /// <returns>True: the step is no longer needed. False: cancelled.</returns>
    Task<bool> WaitUntilObsoleteAsync(KeeperStep step, CancellationToken cancellationToken);
}

/// <summary>Reads the cluster data during a long step: the instance may have been removed, or may have to follow
/// another instance than the one that it is cloned from.</summary>
/// <param name="planned">The assignment that the step's plan was made for.</param>
/// <param name="changed">A hint that the cluster data have changed.</param>
internal sealed class AssignmentWatch(
    IClusterStore store, KeeperUid self, KeeperAssignment planned, Wake changed, Func<TimeSpan> interval) : IStepWatch
{
    public async Task<bool> WaitUntilObsoleteAsync(KeeperStep step, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await changed.WaitAsync(interval(), cancellationToken);
                if (await ReadAsync(cancellationToken) is { } now && !planned.StillRequires(step, now))
                {
                    return true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Null: the assignment is unknown now, and the step continues.</summary>
    private async Task<KeeperAssignment?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(cancellationToken) is ClusterDataRead.Found found
                ? KeeperAssignment.Of(found.Data, self)
                : null;
        }
        catch (Exception e) when (e is StoreUnavailableException or TimeoutException)
        {
            return null;
        }
    }
}
