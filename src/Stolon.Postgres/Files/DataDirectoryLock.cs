namespace Stolon.Postgres.Files;

/// <summary>The keeper's exclusive lock on its data directory (docs/spec/keeper.md 2.1); the kernel drops it when the
/// process ends.</summary>
/// <remarks>A POSIX record lock (fcntl F_SETLK, the whole file), as the original's keeper takes it: they exclude each
/// other. Such a lock is lost when the process closes <em>any</em> descriptor of the file, so nothing else here may
/// open it.</remarks>
public sealed class DataDirectoryLock : IDisposable
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <summary>Creates <c>&lt;data-dir&gt;/lock</c> (mode 0644, never removed) and locks it, without
    /// waiting.</summary>
    /// <exception cref="IOException">Another process holds the lock, or the file cannot be opened; the message says
    /// which.</exception>
    public static DataDirectoryLock Take(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "lock");
        FileStream? file = null;
        try
        {
            // FileShare.ReadWrite: otherwise .NET takes a lock of its own (flock), which others do not look at.
            file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = Mode,
            });

            // Length 0 reaches to the end of the file, wherever that will be (fcntl(2)).
            file.Lock(0, 0);
            return new DataDirectoryLock(file);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"cannot open {path}: {e.Message}", e);
        }
        catch (IOException e)
        {
            var why = file is null ? e.Message : $"another process holds it ({e.Message})";
            file?.Dispose();
            throw new IOException($"cannot lock {path}: {why}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
