using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Finds files in the directories to which a data directory's links point that do not belong to its server:
/// data that were set aside or kept, another version's, another user's.</summary>
/// <remarks>pg_rewind follows these links and makes everything there equal to its source: it deletes what the source
/// lacks (source: file_ops.c, filemap.c).</remarks>
internal static class ForeignFiles
{
    /// <exception cref="PostgresToolException">A directory cannot be read.</exception>
    public static List<string> BehindLinksOf(DataDirectory directory, PostgresVersion version)
    {
        var pattern = CopyLocations.CatalogPattern(version);
        try
        {
            var spaces = directory.TablespaceLinks().Values.Where(Directory.Exists).SelectMany(
                location => Directory.EnumerateFileSystemEntries(location)
                    .Except(Directory.EnumerateDirectories(location, pattern)));
            var wal = DirectoryTrees.TargetOf(directory.File(DataDirectoryLayout.WalDirectory(version))) is { } target
                && Directory.Exists(target)
                    ? Directory.EnumerateFileSystemEntries(target).Except(WalEntries.In(target))
                    : [];
            return [.. spaces.Concat(wal).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot read a directory that pg_rewind would change: {e.Message}", e);
        }
    }
}
