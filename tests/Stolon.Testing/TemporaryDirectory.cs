namespace Stolon.Testing;

/// <summary>A directory of this test's own below /tmp, deleted at the end.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory(string name) =>
        Path = Directory.CreateTempSubdirectory($"stolon-{name}-").FullName;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Absolute path of something in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
