namespace Stolon.Testing;

/// <summary>A directory for one test below /tmp, deleted at its end.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public TemporaryDirectory(string name) =>
        Path = Directory.CreateTempSubdirectory($"stolon-{name}-").FullName;

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>The absolute path of a file in it.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
