using System.Text;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Files;

/// <summary>Replaces files atomically: after a crash, the file is the complete old one or the complete new one,
/// readable by its owner only.</summary>
internal static class AtomicFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Sorts after its file, and is never a name of PostgreSQL's.
    private const string TemporarySuffix = ".stolon-tmp";

    /// <summary>Temporary file in the same directory, fsync, rename, fsync of the directory; mode 0600.</summary>
    /// <exception cref="IOException">Not written; the old file stays.</exception>
    /// <exception cref="UnauthorizedAccessException">Not written; the old file stays.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Write(string, string)"/>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        // One fixed name: the keeper's lock makes us the only writer, and a crash leaves at most this one behind.
        var temporary = path + TemporarySuffix;
        try
        {
            using (var file = CreateOwnerOnly(temporary))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        if (!ProcessCalls.SynchronizeDirectory(Path.GetDirectoryName(path)!))
        {
            throw new IOException($"cannot synchronize the directory of {path} to disk");
        }
    }

    /// <summary>Creates a file of mode 0600. An existing one is deleted and not overwritten, because it may have
    /// another mode.</summary>
    public static FileStream CreateOwnerOnly(string path)
    {
        File.Delete(path);
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = OwnerOnly,
        });
    }
}
