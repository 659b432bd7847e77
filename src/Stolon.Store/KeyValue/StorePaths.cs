namespace Stolon.Store.KeyValue;

/// <summary>Where each document is (store.md 3): <c>prefix/cluster/…</c>, joined with cleaning.</summary>
/// <remarks>etcd v3 takes keys byte for byte, so a prefix with a leading slash names another place than one without;
/// backends
/// whose keys have none strip it themselves.</remarks>
public sealed class StorePaths
{
    /// <summary>The store prefix when none is given.</summary>
    public const string DefaultPrefix = "stolon/cluster";

    /// <param name="prefix">First part of every key.</param>
    /// <param name="clusterName">One path element; not checked here.</param>
    public StorePaths(string prefix, string clusterName) => Base = Clean(prefix + "/" + clusterName);

    public string Base { get; }

    public string ClusterData => Base + "/clusterdata";

    /// <summary>The key under which (etcd v3), or at which (others), the leader's candidacy is.</summary>
    public string SentinelLeader => Base + "/sentinel-leader";

    /// <summary>Prefix of all keepers' reports; without a trailing slash, as the original reads it.</summary>
    public string KeeperReports => Base + "/keepers/info";

    /// <inheritdoc cref="KeeperReports"/>
    public string ProxyReports => Base + "/proxies/info";

    /// <inheritdoc cref="KeeperReports"/>
    public string SentinelReports => Base + "/sentinels/info";

    public string KeeperReport(string uid) => Clean(KeeperReports + "/" + uid);

    public string ProxyReport(string uid) => Clean(ProxyReports + "/" + uid);

    public string SentinelReport(string uid) => Clean(SentinelReports + "/" + uid);

    /// <summary>The shortest form of a path: no empty element, no <c>.</c>, no <c>..</c> that has something to take
    /// back, no
    /// slash at the end; a leading slash stays.</summary>
    internal static string Clean(string path)
    {
        var rooted = path.StartsWith('/');
        var kept = new List<string>();
        foreach (var element in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (element)
            {
                case ".":
                    break;
                case ".." when kept is [.., not ".."]:
                    kept.RemoveAt(kept.Count - 1);
                    break;
                case ".." when rooted:
                    break;
                default:
                    kept.Add(element);
                    break;
            }
        }

        return (rooted ? "/" : "") + string.Join('/', kept);
    }
}
