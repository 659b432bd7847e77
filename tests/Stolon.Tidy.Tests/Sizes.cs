using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Stolon.Tidy.Tests;

/// <summary>What fits a screen and a head.</summary>
internal static class Sizes
{
    private const int LinesOfFile = 300;
    private const int LinesOfMethod = 60;
    private const int Columns = 120;

    public static IEnumerable<string> Problems(RepositoryFile file) =>
        [.. LongFile(file), .. LongLines(file), .. file.IsCode ? LongMethods(file) : []];

    private static IEnumerable<string> LongFile(RepositoryFile file)
    {
        var lines = file.Lines.Length - (file.Text.EndsWith('\n') ? 1 : 0);
        return lines > LinesOfFile ? [$"{file.Path}: {lines} lines, the limit is {LinesOfFile}"] : [];
    }

    private static IEnumerable<string> LongLines(RepositoryFile file) => file.Lines
        .Select((line, index) => (Width: line.EnumerateRunes().Count(), Number: index + 1))
        .Where(l => l.Width > Columns)
        .Select(l => $"{file.Path}:{l.Number}: {l.Width} columns, the limit is {Columns}");

    private static IEnumerable<string> LongMethods(RepositoryFile file) => file.Syntax.DescendantNodes()
        .Where(n => n is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or LocalFunctionStatementSyntax)
        .Select(n => (Node: n, Lines: file.Text.AsSpan(n.Span.Start, n.Span.Length).Count('\n') + 1))
        .Where(m => m.Lines > LinesOfMethod)
        .Select(m => $"{file.At(m.Node)}: a member of {m.Lines} lines, the limit is {LinesOfMethod}");
}
