using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Stolon.Tidy.Tests;

/// <summary>The stored format's words stay where the format is; we say primary, standby and WAL.</summary>
internal static partial class Words
{
    /// <summary>Outside Stolon.Wire, exactly these texts: names others gave, which we may not change.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        // An option of the original, in existing units and scripts.
        ["src/Stolon/Keeper/KeeperFlags.cs"] = ["can-be-master"],
        // The same, with the defaults of the original's service tags.
        ["src/Stolon/Ctl/Commands/RegisterCommand.cs"] =
            ["register-master", "tag-master-as", "tag-slave-as", "\"master\"", "\"slave\""],
        // Two log lines that terminal drivers wait for (docs/compatibility.md).
        ["src/Stolon.Agents/Keeper/KeeperLog.cs"] = ["\"master\""],
        // PostgreSQL's directory before version 10.
        ["src/Stolon.Core/Postgres/DataDirectoryLayout.cs"] = ["\"pg_xlog\""],
        // A property of Npgsql.
        ["src/Stolon.Postgres/Sql/SystemIdentification.cs"] = [".XLogPos"],
        // A member of what stolonctl status -f json prints, as the original does.
        ["scripts/cluster.sh"] = ["master_keeper_uid"],
        ["scripts/failover.sh"] = ["master_keeper_uid"],
        // Cluster data as the format has them, written in place of a sentinel's.
        ["bench/proxy/peers.sh"] = ["\"master\"", "masterDbUid"],
    };

    /// <summary>Documents that are about these words; others may only quote them, in code font.</summary>
    private static readonly string[] AboutWords =
        ["docs/compatibility.md", "docs/glossary.md", "docs/adr/0002-wire-types-apart.md"];

    public static IEnumerable<string> Problems(RepositoryFile file)
    {
        if (file.IsIn("src/Stolon.Wire") || file.IsIn("tests/Stolon.Wire.Tests") || file.IsIn("tests/Stolon.Tidy.Tests")
            || file.IsIn("docs/spec") || AboutWords.Contains(file.Path))
        {
            return [];
        }

        if (file.IsDocument)
        {
            return Found(file, InCodeFont().Replace(file.Text, Blank));
        }

        // Tests speak the words to the programs and hear them from them: in string literals, and nowhere else.
        return Found(file, file.IsCode && file.IsIn("tests") ? WithoutStrings(file) : WithoutAllowed(file));
    }

    private static IEnumerable<string> Found(RepositoryFile file, string text) =>
        Word().Matches(text).Select(m => $"{file.At(m.Index)}: {m.Value}");

    private static string WithoutAllowed(RepositoryFile file) => Allowed.GetValueOrDefault(file.Path, []).Aggregate(
        file.Text, (text, name) => text.Replace(name, new string(' ', name.Length), StringComparison.Ordinal));

    private static string WithoutStrings(RepositoryFile file)
    {
        var text = file.Text.ToCharArray();
        foreach (var token in file.Syntax.DescendantTokens().Where(IsText))
        {
            Array.Fill(text, ' ', token.SpanStart, token.Span.Length);
        }

        return new string(text);
    }

    private static bool IsText(SyntaxToken token) => token.Kind() is SyntaxKind.StringLiteralToken
        or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
        or SyntaxKind.InterpolatedStringTextToken;

    private static string Blank(Match match) => new(' ', match.Length);

    // Whole words, also inside names: KeeperMaster, master_uid, XLogPos, but not postmaster.
    [GeneratedRegex("(?<![a-zA-Z])([Mm]aster|[Ss]lave|[Xx][Ll]og)s?(?![a-z])"
        + "|(?<=[a-z])(Master|Slave|X[Ll]og)s?(?![a-z])"
        + "|(?<![A-Za-z])(MASTER|SLAVE|XLOG)S?(?![A-Za-z])")]
    private static partial Regex Word();

    [GeneratedRegex("```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex InCodeFont();
}
