using System.Text;
using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>PostgreSQL's configuration file syntax, <c>name = 'value'</c>, as far as we write it.</summary>
/// <remarks>
/// Inside quotes PostgreSQL's lexer (guc-file.l) takes <c>''</c> for a quote and reads backslash escapes as C does:
/// <c>\n</c>, <c>\t</c>, …, <c>\</c> and up to three octal digits, any other character after a backslash as itself. A
/// line break ends the line, quoted or not. So a backslash must be doubled and a line break written <c>\n</c>.
/// <para>
/// What a value itself escapes with a backslash (libpq's connection strings do: quote, space, backslash) is written
/// with one more backslash, <c>\\\'</c> rather than <c>\\''</c>. For PostgreSQL that is the same, and the text between
/// the outer quotes is, read raw, still a connection string with the same keywords (keeper.md 5.5).
/// </para>
/// </remarks>
public static class ConfigurationText
{
    /// <summary>The file: one line for each parameter, sorted, each ended by a line feed.</summary>
    public static string Render(ValueMap<string, string> parameters) =>
        string.Concat(parameters.Select(p => $"{p.Key} = '{Quote(p.Value)}'\n"));

    /// <summary><c>postgresql.conf</c>; since PostgreSQL 12 the recovery parameters are in it, and win.</summary>
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

    /// <summary>Reads a file of this form back, to compare what is on disk with what is wanted.</summary>
    /// <returns>False when a line is neither empty, a comment, nor <c>name = 'value'</c>; of a name given twice the
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

    /// <returns>Null when the text is not one quoted value.</returns>
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

    // 'at' stands on the first character after the backslash and is left on the last one taken.
    private static char Unescape(ReadOnlySpan<char> text, ref int at)
    {
        const int longestOctal = 3;
        if (text[at] is >= '0' and <= '7')
        {
            var code = 0;
            var end = Math.Min(at + longestOctal, text.Length);
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
