using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>Reads and changes the cluster data.</summary>
internal static class ClusterDataAccess
{
    /// <summary>Sentinels write every few seconds, so a conflict is normal; this many in a row are not.</summary>
    private const int Tries = 3;

    /// <exception cref="FatalException">There are no cluster data, or they cannot be used.</exception>
    public static async Task<ClusterDataRead.Found> LoadAsync(
        IClusterStore store, CancellationToken cancellationToken) =>
        (await store.ReadAsync(cancellationToken)).Match(
            _ => throw new FatalException("no cluster data available"),
            found => found,
            unusable => throw new FatalException(unusable.Problem));

    /// <summary>Reads, changes and writes, and starts again after a conflict.</summary>
    /// <param name="change">Returns the new cluster data; null: there is nothing to change, and nothing is
    /// written.</param>
    /// <returns>False: there was nothing to change.</returns>
    /// <exception cref="FatalException">As <see cref="LoadAsync"/>, or every try had a conflict.</exception>
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
