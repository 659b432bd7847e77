using System.Text;
using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>PostgreSQL's configuration file syntax, <c>name = 'value'</c>, as far as the keeper writes it.</summary>
/// <remarks> Inside quotes PostgreSQL's lexer (guc-file.l) reads <c>''</c> as a quote and backslash escapes as C does:
/// <c>\n</c>, <c>\t</c>, …, <c>\</c> and up to three octal digits; a backslash before any other character is dropped. A
/// line break ends the line, quoted or not. So a backslash must be doubled and a line break written as <c>\n</c>.
/// <para> A value that uses backslash escapes itself (as libpq's connection strings do for quote, space and backslash)
/// is written with one more backslash, <c>\\\'</c> instead of <c>\\''</c>. For PostgreSQL both are equal. But with the
/// former, the raw text between the outer quotes is still a connection string with the same keywords
/// (docs/spec/keeper.md 5.5). </para> </remarks>
public static class ConfigurationText
{
    /// <summary>The file: one line for each parameter, sorted, each with a line feed at its end.</summary>
    public static string Render(ValueMap<string, string> parameters) =>
        string.Concat(parameters.Select(p => $"{p.Key} = '{Quote(p.Value)}'\n"));

    /// <summary><c>postgresql.conf</c>. Since PostgreSQL 12 it contains the recovery parameters, which override
    /// others.</summary>
    public static string RenderServer(PostgresVersion version, ServerConfiguration desired) =>
        Render(version.AtLeast(12) && desired.Recovery != RecoveryMode.None
            ? ManagedParameters.Overlay(desired.Parameters, desired.RecoveryParameters)
            : desired.Parameters);

    /// <summary><c>recovery.conf</c>, before PostgreSQL 12 only; null: none is written.</summary>
    public static string? RenderRecovery(PostgresVersion version, ServerConfiguration desired)
    {
        if (version.AtLeast(12) || desired.Recovery == RecoveryMode.None)
        {
            return null;
        }

        return Render(desired.Recovery == RecoveryMode.Standby
            ? desired.RecoveryParameters.With("standby_mode", "on")
            : desired.RecoveryParameters);
    }

    /// <summary>Reads such a file, to compare the file on disk with the desired one.</summary>
    /// <returns>False if a line is neither empty, a comment, nor <c>name = 'value'</c>. If a name occurs twice, the
    /// last value counts, as for PostgreSQL.</returns>
    public static bool TryParse(string text, out ValueMap<string, string> parameters)
    {
        parameters = ValueMap<string, string>.Empty;
        foreach (var line in text.Split('\n'))
        {
            var content = line.Trim();
            if (content.Length == 0 || content[0] == '#')
            {
                continue;
            }

            var equals = content.IndexOf('=');
            if (equals < 1 || Unquote(content.AsSpan(equals + 1).Trim()) is not { } value)
            {
                return false;
            }

            parameters = parameters.With(content[..equals].Trim(), value);
        }

        return true;
    }

    private static string Quote(string value)
    {
        var quoted = new StringBuilder(value.Length + 8);
        for (var at = 0; at < value.Length; at++)
        {
            if (value[at] != '\\')
            {
                quoted.Append(value[at] == '\'' ? "''" : Escape(value[at]));
                continue;
            }

            quoted.Append(@"\\");
            if (at + 1 < value.Length)
            {
                at++;
                quoted.Append(value[at] is '\'' or ' ' or '\v' ? $"\\{value[at]}" : Escape(value[at]));
            }
        }

        return quoted.ToString();
    }

    private static string Escape(char c) => c switch
    {
        '\\' => @"\\",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        '\f' => @"\f",
        _ => c.ToString(),
    };

    /// <returns>Null if the text is not one quoted value.</returns>
    private static string? Unquote(ReadOnlySpan<char> text)
    {
        if (text is not ['\'', .. var inner, '\''])
        {
            return null;
        }

        var value = new StringBuilder(inner.Length);
        for (var at = 0; at < inner.Length; at++)
        {
            if (inner[at] == '\'' && (++at == inner.Length || inner[at] != '\''))
            {
                return null;
            }

            if (inner[at] != '\\')
            {
                value.Append(inner[at]);
                continue;
            }

            if (++at == inner.Length)
            {
                return null;
            }

            value.Append(Unescape(inner, ref at));
        }

        return value.ToString();
    }

    // 'at' is the first character after the backslash; on return, the last one read.
    private static char Unescape(ReadOnlySpan<char> text, ref int at)
    {
        const int LongestOctal = 3;
        if (text[at] is >= '0' and <= '7')
        {
            var code = 0;
            var end = Math.Min(at + LongestOctal, text.Length);
            for (; at < end && text[at] is >= '0' and <= '7'; at++)
            {
                code = (code * 8) + (text[at] - '0');
            }

            at--;
            return (char)code;
        }

        return text[at] switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            var other => other,
        };
    }
}
