using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Moves the WAL directory that a restore created in the data directory to its configured location.</summary>
internal static class RestoredWal
{
    /// <summary>Copies it, because the target may be on another file system, and replaces it with a link. If it is
    /// already a link, the WAL is copied and also stays at the link's target, which may belong to another
    /// server.</summary>
    /// <param name="place">The target; the new directory does not exist yet.</param>
    /// <exception cref="PostgresToolException">Not moved.</exception>
    public static void MoveOut(
        DataDirectory directory, PostgresVersion version, WalPlace place, ILogger logger,
        CancellationToken cancellationToken)
    {
        var to = place.New;
        var wal = directory.File(DataDirectoryLayout.WalDirectory(version));
        var target = DirectoryTrees.TargetOf(wal);
        if (target == place.Home)
        {
            Directory.CreateDirectory(target, DataDirectory.OwnerOnly);
            return;
        }

        try
        {
            if (target is null)
            {
                Copy(Entries(wal), to, cancellationToken);
                DirectoryTrees.Delete(wal, cancellationToken);
            }
            else
            {
                PostgresLog.RestoredWalLink(logger, target);
                Copy(WalEntries.In(target), to, cancellationToken);
                File.Delete(wal);
            }

            File.CreateSymbolicLink(wal, to);
            DirectoryTrees.Synchronize(directory.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot move the restored WAL to {to}: {e.Message}", e);
        }
    }

    private static IEnumerable<string> Entries(string directory) =>
        Directory.Exists(directory) ? Directory.EnumerateFileSystemEntries(directory) : [];

    private static void Copy(IEnumerable<string> entries, string to, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(to, DataDirectory.OwnerOnly);
        foreach (var entry in entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(to, Path.GetFileName(entry));
            if (Directory.Exists(entry))
            {
                Copy(Entries(entry), target, cancellationToken);
                continue;
            }

            File.Copy(entry, target);
            using var written = File.OpenHandle(target, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(written);
        }

        DirectoryTrees.Synchronize(to);
    }
}
