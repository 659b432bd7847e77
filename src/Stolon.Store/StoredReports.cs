using System.Security.Cryptography;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Wire;

namespace Stolon.Store;

/// <summary>A report as it was found.</summary>
/// <param name="Place">For messages: the key, or what it is an annotation of.</param>
/// <param name="Name">Whose it is by its place; the uid, where the key has it.</param>
public readonly record struct StoredReport(ReadOnlyMemory<byte> Document, string Place, string Name);

/// <summary>The reports of all programs of one kind, wherever they were found. Of two about one uid the later one
/// counts.</summary>
/// <remarks>One that cannot be read hides nobody else: whoever it is of counts as silent, and is named once. The
/// original fails the whole read, and elects nobody until the report has expired.</remarks>
public static class StoredReports
{
    public static ValueMap<KeeperUid, KeeperReport> Keepers(
        IEnumerable<StoredReport> found, UnreadableReports unreadable)
    {
        var keepers = ValueMap<KeeperUid, KeeperReport>.Empty;
        foreach (var report in Read("keeper", found, document => WireFormat.ReadKeeperReport(document), unreadable))
        {
            keepers = keepers.With(report.Uid, report);
        }

        return keepers;
    }

    /// <remarks>A proxy whose report cannot be read may be forwarding: it is there, marked as
    /// <see cref="ProxyReport.Unreadable"/>, with what identifies its document in place of its sign of life.</remarks>
    public static ValueMap<ProxyUid, ProxyReport> Proxies(IEnumerable<StoredReport> found, UnreadableReports unreadable)
    {
        var proxies = ValueMap<ProxyUid, ProxyReport>.Empty;
        var undecodable = new List<StoredReport>();
        foreach (var report in Read("proxy", found, document => WireFormat.ReadProxyReport(document), unreadable, undecodable))
        {
            proxies = proxies.With(report.Uid, report);
        }

        foreach (var report in undecodable)
        {
            var uid = new ProxyUid(report.Name);
            var digest = Convert.ToHexStringLower(SHA256.HashData(report.Document.Span));
            proxies = proxies.With(uid, new ProxyReport { InfoUid = digest, Uid = uid, Unreadable = true });
        }

        return proxies;
    }

    /// <summary>Sorted by uid.</summary>
    public static ValueList<SentinelReport> Sentinels(IEnumerable<StoredReport> found, UnreadableReports unreadable) =>
        Read("sentinel", found, document => WireFormat.ReadSentinelReport(document), unreadable)
            .Distinct()
            .OrderBy(report => report.Uid)
            .ToValueList();

    private static List<T> Read<T>(
        string kind, IEnumerable<StoredReport> found, Func<ReadOnlyMemory<byte>, T> read, UnreadableReports unreadable,
        List<StoredReport>? undecodable = null)
    {
        var reports = new List<T>();
        var problems = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var report in found)
        {
            try
            {
                reports.Add(read(report.Document));
            }
            catch (WireFormatException e)
            {
                problems[report.Place] = e.Message;
                undecodable?.Add(report);
            }
        }

        unreadable.Found(kind, problems);
        return reports;
    }
}
