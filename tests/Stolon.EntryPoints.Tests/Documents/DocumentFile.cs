using System.Text.RegularExpressions;

namespace Stolon.EntryPoints.Tests.Documents;

/// <summary>A page for operators, or a sample that a test made up.</summary>
/// <param name="Path">From the root of the repository, with slashes.</param>
internal sealed partial record DocumentFile(string Path, string Text)
{
    private static readonly string[] Places = ["README.md", "docs/manual", "docs/reference", "deploy"];

    // Before All, which needs it.
    /// <summary>Of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Everything that tells operators what to type.</summary>
    public static IReadOnlyList<DocumentFile> All { get; } = [.. Places.SelectMany(Read)];

    public static DocumentFile Manual(string name) => All.Single(f => f.Path == $"docs/manual/{name}");

    /// <summary>What stands between fences, in order.</summary>
    public IEnumerable<DocumentBlock> Blocks() => Fenced().Matches(Text).Select(m => new DocumentBlock(
        Path,
        1 + Text.AsSpan(0, m.Groups["text"].Index).Count('\n'),
        m.Groups["language"].Value,
        m.Groups["text"].Value));

    private static IEnumerable<DocumentFile> Read(string place)
    {
        var path = System.IO.Path.Combine(Root, place);
        IEnumerable<string> files = File.Exists(path) ? [path]
            : Directory.EnumerateFiles(path, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
        return files.Select(f => new DocumentFile(System.IO.Path.GetRelativePath(Root, f), File.ReadAllText(f)));
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(directory, "Stolon.slnx")))
        {
            directory = System.IO.Path.GetDirectoryName(directory)
                ?? throw new DirectoryNotFoundException("not inside the repository");
        }

        return directory;
    }

    [GeneratedRegex(
        @"^ *(\d+\. )?```(?<language>[a-z]*)\n(?<text>.*?)^ *```$",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fenced();
}

/// <summary>A fenced block.</summary>
/// <param name="Line">Of its first line of text, from 1.</param>
/// <param name="Language"><c>sh</c>: commands; <c>json</c>: a specification or a patch for one; <c>jsonc</c>: any other
/// JSON; anything else: not looked at.</param>
internal sealed record DocumentBlock(string Path, int Line, string Language, string Text);
