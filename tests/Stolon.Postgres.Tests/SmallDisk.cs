using System.Diagnostics;

namespace Stolon.Postgres.Tests;

/// <summary>A file system too small for a data directory; only root can make one.</summary>
internal sealed class SmallDisk : IDisposable
{
    public const string Variable = "STOLON_TEST_SMALL_DISK";

    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static SmallDisk Mount()
    {
        var path = Directory.CreateTempSubdirectory("stolon-small-").FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=8m,mode=1777", "stolon-small", path);
        return new SmallDisk(path);
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
