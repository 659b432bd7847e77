using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Files;

/// <summary>PostgreSQL's data directory: its paths, the contents of its files, and its deletion.</summary>
internal sealed class DataDirectory(string path)
{
    internal const UnixFileMode OwnerOnly =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path { get; } = path;

    /// <summary>Without links in it, as the kernel shows a process's working directory; null: it does not
    /// exist.</summary>
    public string? RealPath => ProcessCalls.RealPath(Path, 0);

    /// <exception cref="PostgresToolException">It cannot be read.</exception>
    public bool HasFiles
    {
        get
        {
            try
            {
                return Directory.EnumerateFileSystemEntries(Path).Any();
            }
            catch (DirectoryNotFoundException)
            {
                return false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new PostgresToolException($"cannot read the data directory {Path}: {e.Message}", e);
            }
        }
    }

    /// <summary>The lines of pg_hba.conf; empty: it cannot be read.</summary>
    public ValueList<string> Hba
    {
        get
        {
            try
            {
                return [.. System.IO.File.ReadAllLines(File("pg_hba.conf"))];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }
    }

    /// <summary>The system identifier, as PostgreSQL shows it; null: it cannot be read.</summary>
    /// <remarks>pg_control begins with it, in every version, in the host's byte order (source: pg_control.h).</remarks>
    public string? SystemIdentifier
    {
        get
        {
            try
            {
                using var control = System.IO.File.OpenRead(File("global/pg_control"));
                Span<byte> identifier = stackalloc byte[sizeof(ulong)];
                control.ReadExactly(identifier);
                return $"{BitConverter.ToUInt64(identifier)}";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    public string File(string relative) => System.IO.Path.Combine(Path, relative);

    public bool Exists(string relative) => System.IO.Path.Exists(File(relative));

    public bool IsInitialized(PostgresVersion version) => DataDirectoryLayout.IsInitialized(version, Exists);

    public InstanceRole Role(PostgresVersion version) =>
        DataDirectoryLayout.IsStandby(version, Exists) ? InstanceRole.Standby : InstanceRole.Primary;

    public bool RecoveryPending(PostgresVersion version) =>
        DataDirectoryLayout.RecoveryFile(version, RecoveryMode.Recovery) is { } file
        && Exists(file) && !DataDirectoryLayout.RecoveryFinished(version, Exists);

    /// <summary>Refuses programs of another major version; they would report the mismatch only in their own
    /// output.</summary>
    /// <exception cref="PostgresToolException">They do not fit; the message names both.</exception>
    public void RequireVersion(PostgresVersion version, string program)
    {
        try
        {
            // "15", and before PostgreSQL 10 "9.6".
            var made = System.IO.File.ReadAllText(File("PG_VERSION")).Trim();
            if (made != (version.AtLeast(10) ? $"{version.Major}" : $"{version}"))
            {
                throw new PostgresToolException(
                    $"the data directory {Path} is of PostgreSQL {made}, but {program} is of version {version}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot read the version of the data directory {Path}: {e.Message}", e);
        }
    }

    /// <summary>Creates it when it is missing. An existing empty one gets the mode too, because PostgreSQL requires
    /// it.</summary>
    /// <exception cref="PostgresToolException">It cannot be created, or is not ours.</exception>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerOnly);
            System.IO.File.SetUnixFileMode(Path, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot create the data directory {Path}: {e.Message}", e);
        }
    }

    /// <summary>Deletes all that is in it, and what PostgreSQL made where its tablespace links and the link of its WAL
    /// directory point to; the directory itself stays, as it may be a mount point.</summary>
    /// <remarks>No other link is followed.</remarks>
    /// <param name="version">The version whose directories are deleted from tablespaces; those of another version
    /// belong to somebody else.</param>
    /// <param name="follows">Whether the target of a link is ours; otherwise only the link is deleted.</param>
    /// <exception cref="PostgresToolException">Something could not be deleted; some of it is gone.</exception>
    public void Empty(PostgresVersion version, Func<string, bool> follows, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        try
        {
            EmptyElsewhere(version, follows, cancellationToken);
            DirectoryTrees.DeleteEach(Directory.EnumerateFileSystemEntries(Path), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot empty the data directory {Path}: {e.Message}", e);
        }
    }

    /// <summary>Where the links in pg_tblspc point to, by oid (PostgreSQL manual, "Tablespaces").</summary>
    public SortedDictionary<string, string> TablespaceLinks()
    {
        var links = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (Exists("pg_tblspc"))
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(File("pg_tblspc")))
            {
                if (DirectoryTrees.TargetOf(entry) is { } target)
                {
                    links[System.IO.Path.GetFileName(entry)] = target;
                }
            }
        }

        return links;
    }

    private void EmptyElsewhere(
        PostgresVersion version, Func<string, bool> follows, CancellationToken cancellationToken)
    {
        // PostgreSQL makes one directory PG_<version>_<catalog> in a location; other files there are not ours.
        foreach (var location in TablespaceLinks().Values.Where(l => follows(l) && Directory.Exists(l)))
        {
            DirectoryTrees.DeleteEach(
                Directory.EnumerateDirectories(location, CopyLocations.CatalogPattern(version)), cancellationToken);
        }

        if (DirectoryTrees.TargetOf(File(DataDirectoryLayout.WalDirectory(version))) is { } wal && follows(wal))
        {
            DirectoryTrees.DeleteEach(WalEntries.In(wal), cancellationToken);
        }
    }
}
