using Stolon.Agents.Ports.Store;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Reads the cluster data while a step takes long: the instance may have been removed, or told to follow
/// another one than it is being copied from.</summary>
/// <param name="begun">What the step's plan was made for.</param>
/// <param name="news">A hint that the cluster data have changed.</param>
internal sealed class AssignmentWatch(
    IClusterStore store, KeeperUid self, KeeperAssignment begun, Wake news, Func<TimeSpan> interval) : IStepWatch
{
    public async Task<bool> BecomesPointlessAsync(KeeperStep step, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await news.WaitAsync(interval(), cancellationToken);
                if (await ReadAsync(cancellationToken) is { } now && !begun.StillRequires(step, now))
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

    /// <summary>Null: nothing usable is known, and what is being done goes on.</summary>
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
