using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>The WAL directory that a restore has made in the data directory, moved to where it shall be.</summary>
internal static class RestoredWal
{
    /// <summary>Copies it, for it may be another file system, and puts a link in its place. Of one that is a link
    /// already the WAL is copied, and stays where it leads: it may be another server's.</summary>
    /// <param name="place">Where it goes: its new directory is not there yet.</param>
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
