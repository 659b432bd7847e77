using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Files;

/// <summary>What a clone of a source needs on the file systems of this host.</summary>
internal static class CloneNeeds
{
    /// <summary>Margin for files that no size includes, and for what is written during the copy.</summary>
    private const int MarginPart = 10;

    /// <summary>A few segments. The margin covers more WAL; if it does not suffice, the clone fails and nothing is
    /// lost.</summary>
    private const long WalBytes = 64 * 1024 * 1024;

    /// <summary>The part that does not depend on sizes.</summary>
    public static CloneSpace Places(CopyRecord record, DataCopies copies) => new()
    {
        BesideObstacle = copies.Obstacles.WhyNotBeside(record),
        Blocked = copies.Obstacles.WhyBlocked(record),
    };

    /// <param name="sizes">By tablespace of the source.</param>
    /// <exception cref="PostgresToolException">A file system does not report its free space.</exception>
    public static ValueList<SpaceRequirement> Of(CopyRecord record, ValueMap<string, long> sizes) =>
        Parts(record, sizes)
            .GroupBy(p => MountPoints.Of(p.Where), StringComparer.Ordinal)
            .Select(g => new SpaceRequirement(g.First().Where, g.Sum(p => p.Bytes), FreeBytes(g.First().Where)))
            .ToValueList();

    private static long FreeBytes(string where) => Disk.Of(where)?.FreeBytes
        ?? throw new PostgresToolException($"the file system at {where} does not report its free space");

    private static IEnumerable<(string Where, long Bytes)> Parts(CopyRecord record, ValueMap<string, long> sizes)
    {
        var elsewhere = record.Spaces.Where(s => s.Source is not null).ToList();
        var inside = sizes.Where(s => !elsewhere.Exists(e => e.Oid == s.Key)).Sum(s => s.Value);
        return
        [
            (Path.GetDirectoryName(record.Home)!, WithMargin(inside)),
            (record.Wal?.Home ?? Path.GetDirectoryName(record.Home)!, WalBytes),
            .. elsewhere.Select(s => (s.Home, WithMargin(sizes[s.Oid]))),
        ];
    }

    private static long WithMargin(long bytes) => bytes + (bytes / MarginPart);
}
