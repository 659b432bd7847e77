using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Checks what prevents the creation of a data directory. Files that no record or link of ours names belong to
/// somebody else, and are never deleted.</summary>
internal sealed class CopyObstacles(CopyFile file, PostgresVersion version)
{
    /// <summary>Why no second data directory can be created beside the first; null: one can.</summary>
    public string? WhyNotBeside(CopyRecord record)
    {
        var known = file.Read();
        return WhyNotMoved(record.Home)
            ?? ((string[])[record.Home + ".new", record.Home + ".old"])
                .Where(p => Path.Exists(p) && known?.New != p && known?.Kept.Contains(p) != true)
                .Select(p => $"{p} exists and is not this keeper's")
                .FirstOrDefault();
    }

    /// <summary>Whether PostgreSQL of this version has something in a tablespace's location.</summary>
    public static bool HasCatalog(string location, PostgresVersion version) => Directory.Exists(location)
        && Directory.EnumerateDirectories(location, CopyLocations.CatalogPattern(version)).Any();

    /// <summary>Why no copy can be created at all; null: one can.</summary>
    public string? WhyBlocked(CopyRecord record)
    {
        var known = file.Read();
        var pattern = CopyLocations.CatalogPattern(version);
        if (record.Spaces.Where(s => !s.Ours && Directory.Exists(s.Home) && !IsLeft(s.Home, record))
            .SelectMany(s => Directory.EnumerateDirectories(s.Home, pattern)).FirstOrDefault() is { } foreign)
        {
            return $"the tablespace directory {foreign} is in the way, and no data directory of this keeper's uses it: "
                + "it is another server's on this host, or was left by a clone of an earlier version; move it away, or "
                + "delete it if nobody needs it";
        }

        if (record.Wal is { Ours: false } wal && known?.Wal?.Home != wal.Home && WalEntries.In(wal.Home).Any())
        {
            return $"the WAL directory {wal.Home} holds WAL that is not this keeper's: name another one "
                + "(--pg-wal-dir), or move that WAL away";
        }

        // Once recorded, it would count as incomplete and be deleted.
        return record.NewParts
            .Where(p => p != record.New && Directory.Exists(p) && known?.NewParts.Contains(p) != true)
            .Select(p => $"{p} exists, and nothing is recorded of it: a data directory may use it, see where its "
                + "pg_wal and the links in its pg_tblspc lead; move it away, or delete it if nobody needs it")
            .FirstOrDefault();
    }

    /// <summary>Why a data directory cannot be renamed; null: it can.</summary>
    public static string? WhyNotMoved(string home)
    {
        var parent = Path.GetDirectoryName(home)!;
        if (MountPoints.Contains(home))
        {
            return $"{home} is a mount point, which cannot be renamed";
        }

        return Processes.ProcessCalls.MayChange(parent) ? null : $"this keeper may not rename anything in {parent}";
    }

    /// <summary>Whether the old data have a tablespace there that the source does not have: it is removed with them.
    /// The source may since have created another one at the same place.</summary>
    private static bool IsLeft(string location, CopyRecord record)
    {
        var real = Real(location);
        return record.Spaces.Exists(s => s is { Ours: true, Source: null } && Real(s.Home) == real);
    }

    private static string Real(string path) =>
        Processes.ProcessCalls.RealPath(path, 0) ?? Path.TrimEndingDirectorySeparator(path);
}
