using System.Text.RegularExpressions;

namespace Stolon.Tidy.Tests;

/// <summary>What a document points to is there.</summary>
internal static partial class Links
{
    public static IEnumerable<string> Problems(RepositoryFile document, IReadOnlyCollection<string> paths) =>
        document.IsIn(Specification.Folder)
            // Its other names are files of the original's repository.
            ? BrokenLinks(document, paths)
            : [.. BrokenLinks(document, paths), .. MissingFiles(document, paths)];

    private static IEnumerable<string> BrokenLinks(RepositoryFile document, IReadOnlyCollection<string> paths) =>
        from link in Link().Matches(document.Text)
        let target = link.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith('#')
        let path = Normal(Folder(document.Path), target.Split('#')[0])
        where !Exists(path, paths)
        select $"{document.At(link.Index)}: link to {target}, which does not exist";

    private static IEnumerable<string> MissingFiles(RepositoryFile document, IReadOnlyCollection<string> paths) =>
        from named in NamedFile().Matches(Link().Replace(document.Text, m => new string(' ', m.Length)))
        let path = named.Value.TrimEnd('/', '.', ',')
        where !Exists(path, paths) && !Exists(Normal(Folder(document.Path), path), paths) && !IsEndOfOne(path, paths)
        select $"{document.At(named.Index)}: {path} does not exist";

    /// <summary>"Core/Sentinel/Pass.cs" and "Pass.cs" are short for src/Stolon.Core/Sentinel/Pass.cs.</summary>
    private static bool IsEndOfOne(string path, IReadOnlyCollection<string> paths) =>
        path.EndsWith(".cs", StringComparison.Ordinal)
        && paths.Any(p => p.EndsWith("/" + path, StringComparison.Ordinal) || p == "src/Stolon." + path);

    private static bool Exists(string path, IReadOnlyCollection<string> paths) =>
        path.Length == 0 || paths.Contains(path) || paths.Any(p => p.StartsWith(path + "/", StringComparison.Ordinal))
        || (path.Contains("Golden", StringComparison.Ordinal) && Repository.Exists(path));

    private static string Folder(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    private static string Normal(string folder, string path)
    {
        var parts = new List<string>(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w./<>*{-])"
        + @"((src|tests|docs|scripts|deploy)/[\w./@-]+|[\w./-]*\w\.cs\b|[\w.-]+/[\w./-]*\w\.md\b)"
        + @"(?![\w*<{])", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedFile();
}
