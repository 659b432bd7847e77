using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Where one cluster keeps its data and logs. The logs stay when a test has failed.</summary>
public sealed class TestDirectory
{
    public const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public TestDirectory()
    {
        Root = Directory.CreateTempSubdirectory("stolon-e2e-").FullName;
        File.SetUnixFileMode(Root, ReadableByAll);
        Directory.CreateDirectory(Logs);
        Directory.CreateDirectory(Data);
        OrdinaryUser.Give(Data);
    }

    public string Root { get; }

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Belongs to the ordinary user.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>Set by a test that failed.</summary>
    public bool KeepLogs { get; set; }

    public string Log(string name) => Path.Combine(Logs, name + ".log");

    /// <summary>A file with a secret that only the ordinary user can read.</summary>
    public string Secret(string name, string content)
    {
        var path = Path.Combine(Data, name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        OrdinaryUser.Give(path);
        return path;
    }

    public void Remove()
    {
        Directory.Delete(KeepLogs ? Data : Root, recursive: true);
    }
}
