namespace Stolon.Store.KeyValue;

/// <summary>The key of each document (docs/spec/store.md 3): <c>prefix/cluster/…</c>, joined and cleaned.</summary>
/// <remarks>etcd v3 compares keys byte by byte, so a prefix with a leading slash is another location than one without.
/// Backends whose keys have no leading slash remove it themselves.</remarks>
public sealed class StorePaths
{
    /// <summary>The default of the store prefix.</summary>
    public const string DefaultPrefix = "stolon/cluster";

    /// <param name="prefix">The first part of every key.</param>
    /// <param name="clusterName">One path element; not checked here.</param>
    public StorePaths(string prefix, string clusterName) => Base = Clean(prefix + "/" + clusterName);

    public string Base { get; }

    public string ClusterData => Base + "/clusterdata";

    /// <summary>The leader's key; in etcd v3, the prefix of the candidates' keys.</summary>
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

    /// <summary>The shortest form of a path: no empty element, no <c>.</c>, no <c>..</c> that can be resolved, no slash
    /// at the end; a leading slash stays.</summary>
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
