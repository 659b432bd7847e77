using System.Text.RegularExpressions;

namespace Stolon.Tidy.Tests;

/// <summary>References of the code to the specification: <c>docs/spec/sentinel.md 7.2</c> names a page and a section
/// that exist.</summary>
internal static partial class Specification
{
    public const string Folder = "docs/spec";

    /// <param name="sections">The numbers of the sections of each page, by the page's file name.</param>
    public static IEnumerable<string> Problems(
        RepositoryFile file, IReadOnlyDictionary<string, IReadOnlySet<string>> sections) =>
        from reference in Reference().Matches(file.Text)
        let page = reference.Groups["page"].Value
        let section = reference.Groups["section"].Value
        let problem = Problem(reference.Groups["folder"].Success, page, section, sections)
        where problem is not null
        select $"{file.At(reference.Index)}: {problem}";

    public static IReadOnlyDictionary<string, IReadOnlySet<string>> Sections(IEnumerable<RepositoryFile> documents) =>
        documents.Where(d => d.IsIn(Folder)).ToDictionary(
            d => Path.GetFileName(d.Path),
            IReadOnlySet<string> (d) => Heading().Matches(d.Text).Select(m => m.Groups["number"].Value).ToHashSet());

    private static string? Problem(
        bool hasFolder, string page, string section, IReadOnlyDictionary<string, IReadOnlySet<string>> sections) =>
        !sections.TryGetValue(page, out var known) ? hasFolder ? $"{Folder} has no page {page}" : null
        : !hasFolder ? $"{page} is a page of the specification: write {Folder}/{page}"
        : section.Length > 0 && !known.Contains(section) ? $"{Folder}/{page} has no section {section}"
        : null;

    [GeneratedRegex(
        @"(?<![\w/-])(?<folder>docs/spec/)?(?<page>[a-z-]+\.md)(\s+(///?\s+)?(?<section>\d+(\.\d+)?))?",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();

    [GeneratedRegex(@"^#+ (?<number>\d+(\.\d+)?)\b", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Heading();
}
