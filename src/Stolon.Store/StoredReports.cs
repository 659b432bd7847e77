using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Ports.Store;
using Stolon.Wire;

namespace Stolon.Store;

/// <summary>A report as it was found.</summary>
/// <param name="Failure">What a message begins with when it cannot be read; names the place.</param>
public readonly record struct StoredReport(ReadOnlyMemory<byte> Document, string Failure);

/// <summary>The reports of all programs of one kind, wherever they were found. Of two about one uid the later one
/// counts.</summary>
/// <remarks>One that cannot be read makes the whole read fail, as in the original (store.md 3): a set with somebody
/// missing would be acted on.</remarks>
public static class StoredReports
{
    /// <exception cref="StoreUnavailableException">One of them cannot be read.</exception>
    public static ValueMap<KeeperUid, KeeperReport> Keepers(IEnumerable<StoredReport> found)
    {
        var keepers = ValueMap<KeeperUid, KeeperReport>.Empty;
        foreach (var report in Read(found, document => WireFormat.ReadKeeperReport(document)))
        {
            keepers = keepers.With(report.Uid, report);
        }

        return keepers;
    }

    /// <exception cref="StoreUnavailableException">One of them cannot be read.</exception>
    public static ValueMap<ProxyUid, ProxyReport> Proxies(IEnumerable<StoredReport> found)
    {
        var proxies = ValueMap<ProxyUid, ProxyReport>.Empty;
        foreach (var report in Read(found, document => WireFormat.ReadProxyReport(document)))
        {
            proxies = proxies.With(report.Uid, report);
        }

        return proxies;
    }

    /// <summary>Sorted by uid.</summary>
    /// <exception cref="StoreUnavailableException">One of them cannot be read.</exception>
    public static ValueList<SentinelReport> Sentinels(IEnumerable<StoredReport> found) =>
        Read(found, document => WireFormat.ReadSentinelReport(document))
            .Distinct()
            .OrderBy(report => report.Uid)
            .ToValueList();

    private static List<T> Read<T>(IEnumerable<StoredReport> found, Func<ReadOnlyMemory<byte>, T> read)
    {
        var reports = new List<T>();
        foreach (var report in found)
        {
            try
            {
                reports.Add(read(report.Document));
            }
            catch (WireFormatException e)
            {
                throw new StoreUnavailableException($"{report.Failure}: {e.Message}", e);
            }
        }

        return reports;
    }
}
