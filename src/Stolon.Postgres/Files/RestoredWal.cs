using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>The WAL directory that a restore has made in the data directory, moved to where it shall be.</summary>
internal static class RestoredWal
{
    /// <summary>Copies it, for it may be another file system, and puts a link in its place. One that is a link already
    /// is left.</summary>
    /// <param name="to">A directory that is not there.</param>
    /// <exception cref="PostgresToolException">Not moved.</exception>
    public static void MoveOut(
        DataDirectory directory, PostgresVersion version, string to, CancellationToken cancellationToken)
    {
        var wal = directory.File(DataDirectoryLayout.WalDirectory(version));
        if (Trees.TargetOf(wal) is not null)
        {
            return;
        }

        try
        {
            Copy(wal, to, cancellationToken);
            Trees.Delete(wal, cancellationToken);
            File.CreateSymbolicLink(wal, to);
            Trees.Synchronize(directory.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot move the restored WAL to {to}: {e.Message}", e);
        }
    }

    private static void Copy(string from, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(to, DataDirectory.OwnerOnly);
        if (!Directory.Exists(from))
        {
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(from))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(to, Path.GetFileName(entry));
            if (Directory.Exists(entry))
            {
                Copy(entry, target, cancellationToken);
                continue;
            }

            File.Copy(entry, target);
            using var written = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(written);
        }

        Trees.Synchronize(to);
    }
}
