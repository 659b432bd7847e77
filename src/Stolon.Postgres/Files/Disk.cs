using Stolon.Core.Model;

namespace Stolon.Postgres.Files;

/// <summary>Reads how much space file systems have.</summary>
internal static class Disk
{
    /// <summary>Of the file system of this path, or of the nearest existing directory above it; null:
    /// unknown.</summary>
    public static DiskSpace? Of(string path)
    {
        try
        {
            var drive = new DriveInfo(Existing(path));
            return drive.TotalSize > 0 ? new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // As for a file system that reports nothing.
            return null;
        }
    }

    /// <summary>The nearest directory that exists: this one, or one above it.</summary>
    public static string Existing(string path)
    {
        var at = Path.GetFullPath(path);
        while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } parent)
        {
            at = parent;
        }

        return at;
    }
}
