using System.Runtime.InteropServices;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Files;

/// <summary>Deletes and renames whole directories, and makes the renames durable. Links are never followed.</summary>
internal static class DirectoryTrees
{
    /// <exception cref="IOException">Something could not be deleted; some of it may be gone.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void DeleteEach(IEnumerable<string> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries.ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var info = new FileInfo(entry);
            if (info.LinkTarget is null && info.Attributes.HasFlag(FileAttributes.Directory))
            {
                DeleteEach(Directory.EnumerateFileSystemEntries(entry), cancellationToken);
                Directory.Delete(entry);
            }
            else
            {
                info.Delete();
            }
        }
    }

    /// <summary>A directory and all in it; nothing happens when it is not there.</summary>
    /// <inheritdoc cref="DeleteEach"/>
    public static void Delete(string directory, CancellationToken cancellationToken)
    {
        if (Directory.Exists(directory))
        {
            DeleteEach([directory], cancellationToken);
        }
    }

    /// <summary>rename(2), without the checks that .NET adds. Does nothing when the old name does not exist: it was
    /// renamed before.</summary>
    /// <exception cref="IOException">Not renamed.</exception>
    public static void MoveIfThere(string from, string to)
    {
        if (Exists(from) && ProcessCalls.Rename(from, to) != 0)
        {
            throw new IOException($"cannot rename {from} to {to}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Changes the target of a link atomically.</summary>
    /// <exception cref="IOException">It points where it did.</exception>
    public static void Relink(string link, string target)
    {
        var temporary = link + ".stolon-tmp";
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, target);
        MoveIfThere(temporary, link);
    }

    /// <exception cref="IOException">Renames in it may be lost in a power failure.</exception>
    public static void Synchronize(string directory)
    {
        if (!ProcessCalls.SynchronizeDirectory(directory))
        {
            throw new IOException($"cannot synchronize {directory} to disk");
        }
    }

    /// <summary>Where a link points to, absolute; null: it is none.</summary>
    public static string? TargetOf(string link) =>
        new FileInfo(link).LinkTarget is { } target
            ? Path.GetFullPath(target, Path.GetDirectoryName(link)!)
            : null;

    // A dangling link exists, too.
    private static bool Exists(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;
}
