using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Stolon.Tidy.Tests;

/// <summary>Small rules that a compiler does not know.</summary>
internal static partial class Habits
{
    /// <summary>Where packages come from is each machine's own business; split so that this file obeys its own
    /// rule.</summary>
    private static readonly string[] Registries =
    [
        "nuget" + ".org", "docker" + ".io", "hub.docker" + ".com", "ghcr" + ".io", "quay" + ".io", "gcr" + ".io",
        "mcr.microsoft" + ".com", "npmjs" + ".org", "proxy.golang" + ".org", "deb.debian" + ".org",
    ];

    /// <summary>Swallows our own errors; cleaning up and throwing on does not. Only the outermost loop of a program
    /// may, which ends it.</summary>
    public static IEnumerable<string> CatchAlls(RepositoryFile file) => file.Syntax.DescendantNodes()
        .OfType<CatchClauseSyntax>()
        .Where(c => c.Filter is null && c.Declaration?.Type.ToString() is null or "Exception" or "System.Exception")
        .Where(c => c.Block.Statements.LastOrDefault() is not ThrowStatementSyntax)
        .Select(c => $"{file.At(c)}: catches everything");

    /// <summary>A log line is known by its number, for ever.</summary>
    public static IEnumerable<string> RepeatedEvents(IEnumerable<RepositoryFile> files) =>
        from found in files.SelectMany(f => EventsOf(f))
        group found.At by found.Id into same
        where same.Count() > 1
        select $"event {same.Key} is used more than once: {string.Join(", ", same)}";

    public static IEnumerable<string> UnownedWork(RepositoryFile file) =>
        Work().Matches(file.Text).Select(m => $"{file.At(m.Index)}: {m.Value} without the number of an issue");

    public static IEnumerable<string> RegistryNames(RepositoryFile file) => Registries
        .Where(r => file.Text.Contains(r, StringComparison.OrdinalIgnoreCase)).Select(r => $"{file.Path}: names {r}");

    private static IEnumerable<(string Id, string At)> EventsOf(RepositoryFile file) =>
        from attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString() == "LoggerMessage"
        let arguments = attribute.ArgumentList?.Arguments ?? default
        let id = arguments.FirstOrDefault(a => a.NameEquals?.Name.ToString() == "EventId") ?? arguments.FirstOrDefault()
        select (id?.Expression.ToString() ?? "none", file.At(attribute));

    [GeneratedRegex(@"\b(TO" + @"DO\b(?! ?\(?#\d)|FIX" + @"ME\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Work();
}
