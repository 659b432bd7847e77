using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Stolon.Tidy.Tests;

/// <summary>Who may see whom, and what the pure rooms may not touch (ARCHITECTURE.md).</summary>
internal static class Layers
{
    /// <summary>The project of the program itself, which has no name beside the house's.</summary>
    private const string Program = "";

    /// <summary>All that a project may see, directly or through others.</summary>
    private static readonly Dictionary<string, string[]> MaySee = new()
    {
        ["Core"] = [],
        ["Agents"] = ["Core"],
        ["Postgres"] = ["Agents", "Core"],
        ["Forwarding"] = ["Agents", "Core"],
        ["Wire"] = ["Core"],
        ["Store"] = ["Wire", "Agents", "Core"],
        ["Store.*"] = ["Store", "Wire", "Agents", "Core"],
        ["Hosting"] = ["Agents", "Store.*", "Store", "Wire", "Core"],
        [Program] = ["Postgres", "Forwarding", "Hosting", "Agents", "Store.*", "Store", "Wire", "Core"],
    };

    private static readonly string[] WithoutPackages = ["Core", "Wire"];

    /// <summary>A clock, chance, waiting, logging or the outside world: none of these is a decision's
    /// business.</summary>
    private static readonly HashSet<string> NotInCore =
    [
        "Task", "ValueTask", "Thread", "Timer", "TimeProvider", "ILogger", "Random", "File", "Directory", "FileInfo",
        "Process", "Environment", "Socket", "HttpClient", "Console", "NewGuid", "RandomNumberGenerator", "UtcNow",
        "Stopwatch",
    ];

    public static IEnumerable<string> Problems(IReadOnlyList<RepositoryFile> projects)
    {
        var sees = projects.ToDictionary(Name, p => Included(p, "ProjectReference").Select(NameOf).ToList());
        foreach (var project in projects)
        {
            if (!MaySee.TryGetValue(Room(Name(project)), out var allowed))
            {
                yield return $"{project.Path}: not in the picture; draw it in ARCHITECTURE.md and here";
                continue;
            }

            foreach (var seen in Reach(Name(project), sees).Where(s => !allowed.Contains(Room(s))).Distinct())
            {
                yield return $"{project.Path}: sees {seen}, which is not below it";
            }

            if (WithoutPackages.Contains(Name(project)) && Included(project, "PackageReference").Any())
            {
                yield return $"{project.Path}: this project does without packages";
            }
        }
    }

    public static IEnumerable<string> Impurities(RepositoryFile file) => file.Syntax.DescendantTokens()
        .Where(t => t.IsKind(SyntaxKind.AwaitKeyword)
            || (t.Parent is IdentifierNameSyntax or GenericNameSyntax && NotInCore.Contains(t.Text)))
        .Select(t => $"{file.At(t)}: {t.Text} in Core");

    /// <summary>A program's first file hands over at once: one statement.</summary>
    public static IEnumerable<string> Fat(RepositoryFile program)
    {
        var members = ((CompilationUnitSyntax)program.Syntax).Members;
        return members is [GlobalStatementSyntax { Statement: ReturnStatementSyntax }]
            ? []
            : [$"{program.Path}: more than one \"return await ...\""];
    }

    /// <summary>An agent's front door reads options and composes; what goes on for ever is in Agents.</summary>
    public static IEnumerable<string> Loops(RepositoryFile file) => file.Syntax.DescendantNodes()
        .Where(n => n is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax)
        .Select(n => $"{file.At(n)}: a loop in a front door");

    private static IEnumerable<string> Reach(string project, Dictionary<string, List<string>> sees) =>
        sees.GetValueOrDefault(project, []).SelectMany(s => Reach(s, sees).Prepend(s));

    private static IEnumerable<string> Included(RepositoryFile project, string element) =>
        XDocument.Parse(project.Text).Descendants(element).Select(e => (string?)e.Attribute("Include") ?? "");

    private static string Name(RepositoryFile project) => NameOf(project.Path);

    private static string NameOf(string path) =>
        Path.GetFileNameWithoutExtension(path)["Stolon".Length..].TrimStart('.');

    private static string Room(string name) => name.StartsWith("Store.", StringComparison.Ordinal) ? "Store.*" : name;
}
