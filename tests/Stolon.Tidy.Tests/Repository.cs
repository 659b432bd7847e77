namespace Stolon.Tidy.Tests;

/// <summary>The text files of this repository, as they are in the working tree.</summary>
internal static class Repository
{
    /// <summary>Made by tools or by the original; nobody reads them as ours.</summary>
    private static readonly string[] NotOurs = [".git", "artifacts", "dist", "bin", "obj", "Golden", "TestResults"];

    public static string Root { get; } = FindRoot();

    private static readonly Lazy<IReadOnlyList<RepositoryFile>> All = new(() => [.. Read(new DirectoryInfo(Root))]);

    public static IReadOnlyList<RepositoryFile> Files => All.Value;

    public static IEnumerable<RepositoryFile> Code => Files.Where(f => f.IsCode);

    public static IEnumerable<RepositoryFile> Documents => Files.Where(f => f.IsDocument);

    public static IEnumerable<RepositoryFile> Scripts =>
        Files.Where(f => f.Text.StartsWith("#!", StringComparison.Ordinal)
            || f.Path.EndsWith(".sh", StringComparison.Ordinal));

    public static bool Exists(string path) => System.IO.Path.Exists(System.IO.Path.Combine(Root, path));

    /// <summary>Fails with one line a problem.</summary>
    public static void HasNo(IEnumerable<string> problems) =>
        Assert.True(!problems.Any(), Environment.NewLine + string.Join(Environment.NewLine, problems));

    private static IEnumerable<RepositoryFile> Read(DirectoryInfo directory)
    {
        foreach (var file in directory.EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file.FullName);
            if (!text.Contains('\0'))
            {
                yield return new(System.IO.Path.GetRelativePath(Root, file.FullName), text);
            }
        }

        foreach (var file in directory.EnumerateDirectories().Where(d => !NotOurs.Contains(d.Name)).SelectMany(Read))
        {
            yield return file;
        }
    }

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(directory.FullName, "Stolon.slnx")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("not run from inside the repository");
        }

        return directory.FullName;
    }
}
