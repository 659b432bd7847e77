using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Moves the parts of a data directory: the old ones aside, the new ones into place. Each move is idempotent,
/// so that the next run continues from the record where an earlier one was interrupted.</summary>
internal sealed class CopySwap(CopyFile file, PostgresVersion version)
{
    private readonly string _wal = DataDirectoryLayout.WalDirectory(version);
    private readonly string _catalog = CopyLocations.CatalogPattern(version);

    /// <summary>Continues from any phase from <see cref="CopyPhase.Retiring"/> on.</summary>
    /// <returns>The new record; null: nothing is left to do.</returns>
    public CopyRecord? Finish(CopyRecord record)
    {
        if (record.Phase == CopyPhase.Retiring)
        {
            Retire(record);
            record = file.Write(record with { Phase = CopyPhase.Installing });
        }

        if (record.Phase == CopyPhase.Installing)
        {
            Install(record);
            return Installed(record);
        }

        return record;
    }

    /// <summary>The old data directory keeps all its parts; a server could be started on it in its new place.</summary>
    private void Retire(CopyRecord record)
    {
        foreach (var space in record.Spaces.Where(s => s.Ours))
        {
            MoveCatalogs(space.Home, space.Old);
        }

        if (record.Wal is { Ours: true } wal)
        {
            MoveEach(WalEntries.In(wal.Home), wal.Old);
            DirectoryTrees.Synchronize(wal.Home);
        }

        if (record.Old is not { } old)
        {
            return;
        }

        var there = Directory.Exists(old) ? old : record.Home;
        Link(there, record.Spaces.Where(s => s.Ours).Select(s => (s.Oid, s.Old)), OldWal(record));
        if (there != old)
        {
            DirectoryTrees.MoveIfThere(record.Home, old);
        }

        DirectoryTrees.Synchronize(Path.GetDirectoryName(old)!);
    }

    private void Install(CopyRecord record)
    {
        // A record of data that were set aside, or of an emptied directory, has no new parts.
        foreach (var space in record.Spaces.Where(s => Directory.Exists(s.New)))
        {
            MoveCatalogs(space.New, space.Home);
            Directory.Delete(space.New);
            DirectoryTrees.Synchronize(space.Home);
        }

        if (record.Wal is { } wal && Directory.Exists(wal.New))
        {
            MoveEach(Directory.EnumerateFileSystemEntries(wal.New), wal.Home);
            Directory.Delete(wal.New);
            DirectoryTrees.Synchronize(wal.Home);
        }

        var there = record.New is { } made && Directory.Exists(made) ? made : record.Home;
        if (Directory.Exists(there) && !record.Aside)
        {
            Link(there, record.Spaces.Select(s => (s.Oid, s.Home)), record.Wal?.Home);
        }

        if (record.New is { } beside)
        {
            DirectoryTrees.MoveIfThere(beside, record.Home);
            DirectoryTrees.Synchronize(Path.GetDirectoryName(record.Home)!);
        }
    }

    private CopyRecord? Installed(CopyRecord record)
    {
        if (record.Aside)
        {
            // The locations of the parts are kept for the next data directory.
            return file.Write(record with
            {
                Phase = CopyPhase.Filling,
                Instance = null,
                Old = null,
                Aside = false,
                Spaces = [.. record.Spaces.Select(s => s with { Ours = false })],
            });
        }

        if (record is { Restored: not null, Old: null })
        {
            // Until its server has started, we do not trust its links.
            return file.Write(record with { Phase = CopyPhase.Filling });
        }

        List<string> kept = record.Old is { } old
            ? [old, .. record.Spaces.Where(s => s.Ours).Select(s => s.Old).Distinct(),
                .. record.Wal is { Ours: true } wal ? (string[])[wal.Old] : []]
            : record.Kept;
        if (kept.Count == 0)
        {
            file.Delete();
            return null;
        }

        return file.Write(new CopyRecord
        {
            Phase = CopyPhase.Installed,
            Instance = record.Instance,
            Home = record.Home,
            Kept = kept,
        });
    }

    private void Link(string directory, IEnumerable<(string Oid, string Target)> spaces, string? wal)
    {
        foreach (var (oid, target) in spaces)
        {
            Point(Path.Combine(directory, "pg_tblspc", oid), target);
        }

        if (wal is not null)
        {
            Point(Path.Combine(directory, _wal), wal);
        }

        // Some restores create their links themselves, or no longer have such a tablespace.
        static void Point(string link, string target)
        {
            if (DirectoryTrees.TargetOf(link) is { } present && present != target)
            {
                DirectoryTrees.Relink(link, target);
                DirectoryTrees.Synchronize(Path.GetDirectoryName(link)!);
            }
        }
    }

    private void MoveCatalogs(string from, string to)
    {
        if (Directory.Exists(from))
        {
            MoveEach(Directory.EnumerateDirectories(from, _catalog), to);
            DirectoryTrees.Synchronize(from);
        }
    }

    private static void MoveEach(IEnumerable<string> entries, string to)
    {
        var all = entries.ToList();
        if (all.Count == 0)
        {
            return;
        }

        Directory.CreateDirectory(to, DataDirectory.OwnerOnly);
        foreach (var entry in all)
        {
            DirectoryTrees.MoveIfThere(entry, Path.Combine(to, Path.GetFileName(entry)));
        }

        DirectoryTrees.Synchronize(to);
        DirectoryTrees.Synchronize(Path.GetDirectoryName(to)!);
    }

    private static string? OldWal(CopyRecord record) => record.Wal is { Ours: true } wal ? wal.Old : null;
}
