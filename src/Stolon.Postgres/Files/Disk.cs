using Stolon.Core.Model;

namespace Stolon.Postgres.Files;

/// <summary>Asks file systems how much room they have.</summary>
internal static class Disk
{
    /// <summary>Of the file system of this path, or of the nearest directory above it that exists; null: it does not
    /// tell.</summary>
    public static DiskSpace? Of(string path)
    {
        try
        {
            for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
            {
                if (Directory.Exists(at))
                {
                    var drive = new DriveInfo(at);
                    return drive.TotalSize > 0 ? new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace) : null;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // As a file system that tells nothing.
        }

        return null;
    }
}
