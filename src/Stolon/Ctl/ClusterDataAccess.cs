using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>How commands read and change the cluster data.</summary>
internal static class ClusterDataAccess
{
    /// <summary>Sentinels write every few seconds, so losing the race is ordinary; losing it this often is
    /// not.</summary>
    private const int Tries = 3;

    /// <exception cref="FatalException">There is no cluster data, or it is not to be acted on.</exception>
    public static async Task<ClusterDataRead.Found> LoadAsync(
        IClusterStore store, CancellationToken cancellationToken) =>
        (await store.ReadAsync(cancellationToken)).Match(
            _ => throw new FatalException("no cluster data available"),
            found => found,
            unusable => throw new FatalException(unusable.Problem));

    /// <summary>Reads, changes and writes, from the beginning again when somebody wrote in between.</summary>
    /// <param name="change">The new cluster data; null = nothing is to be changed, and nothing is written.</param>
    /// <returns>False when there was nothing to change.</returns>
    /// <exception cref="FatalException">As <see cref="LoadAsync"/>, or the race was lost every time.</exception>
    public static async Task<bool> ChangeAsync(
        IClusterStore store, Func<ClusterData, ClusterData?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var found = await LoadAsync(store, cancellationToken);
            if (change(found.Data) is not { } changed)
            {
                return false;
            }

            var result = await store.CompareAndSwapAsync(changed, found.Revision, fence: null, cancellationToken);
            if (result.Match(stored => true, conflict => false))
            {
                return true;
            }
        }

        throw new FatalException($"failed to update cluster data after {Tries} tries: others wrote at the same time");
    }
}
