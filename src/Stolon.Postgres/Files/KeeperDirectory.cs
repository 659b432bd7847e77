namespace Stolon.Postgres.Files;

/// <summary>The keeper's own data directory (docs/spec/keeper.md 2).</summary>
public static class KeeperDirectory
{
    /// <summary>Creates it, mode 0700, when it is missing; the mode of a present one is left.</summary>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(
                path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
