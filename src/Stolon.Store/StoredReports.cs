using System.Security.Cryptography;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Wire;

namespace Stolon.Store;

/// <summary>A report as it is stored.</summary>
/// <param name="Place">For messages: the key, or the object with the annotation.</param>
/// <param name="Name">The reporting program according to the location; its uid, if the key contains it.</param>
public readonly record struct StoredReport(ReadOnlyMemory<byte> Document, string Place, string Name);

/// <summary>Decodes the reports of all programs of one kind. If two have the same uid, the later one counts.</summary>
/// <remarks>A report that cannot be decoded does not hide the others: its program counts as silent, and the problem is
/// logged once. The original fails the whole read, and elects no primary until the report has expired.</remarks>
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

    /// <remarks>A proxy whose report cannot be decoded may still forward connections. It is returned as
    /// <see cref="ProxyReport.Unreadable"/>, with a digest of its document as its InfoUid, so that a changed document
    /// counts as a heartbeat.</remarks>
    public static ValueMap<ProxyUid, ProxyReport> Proxies(IEnumerable<StoredReport> found, UnreadableReports unreadable)
    {
        var proxies = ValueMap<ProxyUid, ProxyReport>.Empty;
        var undecodable = new List<StoredReport>();
        foreach (var report in Read(
            "proxy", found, document => WireFormat.ReadProxyReport(document), unreadable, undecodable))
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
