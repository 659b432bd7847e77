using Microsoft.Data.Sqlite;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>The file itself: where it may be, and which users may use it.</summary>
/// <remarks>In this process, only SQLite may open it: closing any descriptor of a file releases all locks that the
/// process has on it (fcntl(2), https://sqlite.org/howtocorrupt.html#_posix_advisory_locks).</remarks>
internal static class SqliteFile
{
    /// <summary>.NET's names. .NET's own kind "network drive" includes local file systems, such as FUSE.</summary>
    private static readonly HashSet<string> NetworkFileSystems = new(StringComparer.Ordinal)
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs2", "fhgfs", "gfs", "gfs2", "gfs/gfs2", "glusterfs-client",
        "gpfs", "k-afs", "kafs", "lustre", "ncp", "ncpfs", "nfs", "nfs4", "ocfs2", "panfs", "samba", "smb", "smb2",
        "smb3", "smbfs", "snfs", "sshfs", "v9fs", "webdav",
    };

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerAndGroup = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <exception cref="StoreUnavailableException">It cannot or must not be used there.</exception>
    /// <exception cref="SqliteException">SQLite cannot open it.</exception>
    public static SqliteConnection Open(string file, bool mayCreate)
    {
        var directory = Path.GetDirectoryName(file)!;
        if (!Directory.Exists(directory))
        {
            throw new StoreUnavailableException(
                $"sqlite {file}: the directory {directory} does not exist, or {Environment.UserName} may not enter "
                + "it; create it, writable for the user the programs run as");
        }

        if (Directory.Exists(file))
        {
            throw new StoreUnavailableException($"sqlite {file}: this is a directory; the path of a file is needed");
        }

        RefuseNetwork(file, new DriveInfo(directory).DriveFormat);
        var isNew = !File.Exists(file);
        if (isNew && !mayCreate)
        {
            throw SqliteErrors.Moved(file);
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mayCreate ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
            // In seconds: how long Microsoft.Data.Sqlite retries when it finds a lock. We wait for locks ourselves.
            DefaultTimeout = 1,
        }.ConnectionString);
        try
        {
            connection.Open();
            if (isNew)
            {
                Protect(file, directory);
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Other machines would not see this one's locks and shared memory, so that there could be two
    /// leaders.</summary>
    internal static void RefuseNetwork(string file, string fileSystem)
    {
        if (NetworkFileSystems.Contains(fileSystem))
        {
            throw new StoreUnavailableException(
                $"sqlite {file}: this is on a network file system ({fileSystem}), where one machine does not "
                + "see another's locks; use a local disk, or a store for several machines such as etcdv3");
        }
    }

    /// <summary>Access for the owner, and for the group if the directory is writable for the group: a writer must be
    /// able to create the files <c>-wal</c> and <c>-shm</c> beside it, to which SQLite gives the same mode.</summary>
    private static void Protect(string file, string directory)
    {
        try
        {
            var shared = File.GetUnixFileMode(directory).HasFlag(UnixFileMode.GroupWrite);
            File.SetUnixFileMode(file, shared ? OwnerAndGroup : OwnerOnly);
        }
        catch (UnauthorizedAccessException)
        {
            // A program of another user created it at the same moment, and sets the mode itself.
        }
    }
}
