using Stolon.Agents.Ports.Keeper;

namespace Stolon.Postgres.Files;

/// <summary>The file <c>clustername</c> of the data directory: the cluster to which the data belong. Only our keeper
/// uses it; the original's ignores it.</summary>
/// <remarks>keeperstate holds only the cluster's uid, which <c>stolonctl init</c> legitimately changes. With the uid
/// alone, a keeper that is started by mistake on another cluster's data directory would overwrite it.</remarks>
public static class ClusterMark
{
    /// <summary>Marks the directory as the cluster's.</summary>
    /// <param name="joined">True when the data has been part of a cluster: only then is there something to
    /// lose.</param>
    /// <exception cref="LocalStateException">The directory is another cluster's and nothing was written, or the file
    /// cannot be used.</exception>
    public static void Check(string dataDirectory, string clusterName, bool joined)
    {
        var path = Path.Combine(dataDirectory, "clustername");
        try
        {
            var marked = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
            if (joined && marked.Length > 0 && marked != clusterName)
            {
                throw new LocalStateException(
                    $"the data dir {dataDirectory} belongs to cluster {marked}, but the cluster name given is "
                    + $"{clusterName}, which may overwrite the data; if that is meant, remove the file {path}");
            }

            if (marked != clusterName)
            {
                AtomicFile.Write(path, clusterName + "\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalStateException($"cannot use {path}: {e.Message}", e);
        }
    }
}
