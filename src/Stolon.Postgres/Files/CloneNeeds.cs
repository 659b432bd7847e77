using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres.Files;

/// <summary>What a clone of a source needs on the file systems of this host.</summary>
internal static class CloneNeeds
{
    /// <summary>Files that no size counts, and what is written while it is copied.</summary>
    private const int MarginPart = 10;

    /// <summary>A few segments; more WAL than that is in the margin, or the clone fails and nothing is lost.</summary>
    private const long WalBytes = 64 * 1024 * 1024;

    /// <param name="beside">Something is in the data directory.</param>
    public static CloneSpace Of(ServerAddress source, SourceSize size, DataCopies copies, bool beside)
    {
        var record = copies.Plan(size.Spaces.Select(s => (s.Oid, s.Location)).ToValueList(), null, beside);
        return new CloneSpace
        {
            Source = source,
            NotBeside = copies.Obstacles.WhyNotBeside(record),
            Blocked = copies.Obstacles.WhyBlocked(record),
            Needs = Parts(size, record)
                .GroupBy(p => MountPoints.Of(p.Where), StringComparer.Ordinal)
                .Select(g => new SpaceNeed(
                    g.First().Where, g.Sum(p => p.Bytes), MountPoints.FreeBytes(g.First().Where)))
                .ToValueList(),
        };
    }

    private static IEnumerable<(string Where, long Bytes)> Parts(SourceSize size, CopyRecord record) =>
    [
        (Path.GetDirectoryName(record.Home)!, WithMargin(size.Bytes)),
        (record.Wal?.Home ?? Path.GetDirectoryName(record.Home)!, WalBytes),
        .. record.Spaces.Where(s => s.Source is not null)
            .Select(s => (s.Home, WithMargin(size.Spaces.Single(o => o.Oid == s.Oid).Bytes))),
    ];

    private static long WithMargin(long bytes) => bytes + (bytes / MarginPart);
}
