using System.Diagnostics;

namespace Stolon.Store.Tests.Sqlite;

/// <summary>A file system for one test; only root can create one.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string size)
    {
        Path = Directory.CreateTempSubdirectory("stolon-small-").FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={size},mode=700", "stolon-small", Path);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path);

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
