using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Stolon.Core.Postgres;

/// <summary>Reads libpq's keyword/value connection strings exactly as libpq does.</summary>
/// <remarks>Keyword, "=", value, with white space anywhere around them. A value may be quoted with '…'. After a
/// backslash, inside and outside quotes, the next character is literal. A quote inside an unquoted value is an ordinary
/// character.</remarks>
internal ref struct ConnectionInfoParser
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private ConnectionInfoParser(ReadOnlySpan<char> text) => _text = text;

    internal static bool TryParse(string text, [NotNullWhen(true)] out ConnectionInfo? info)
    {
        info = null;
        if (text.StartsWith("postgresql://", StringComparison.Ordinal)
            || text.StartsWith("postgres://", StringComparison.Ordinal))
        {
            return false;
        }

        var parser = new ConnectionInfoParser(text);
        var result = ConnectionInfo.Empty;
        while (parser.SkipSpace())
        {
            if (!parser.ReadKeyword(out var keyword) || !parser.ReadValue(out var value))
            {
                return false;
            }

            result = result.With(keyword, value);
        }

        info = result;
        return true;
    }

    /// <summary>White space as C's isspace in the C locale, which libpq uses.</summary>
    internal static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    /// <returns>False at the end of the text.</returns>
    private bool SkipSpace()
    {
        while (_at < _text.Length && IsSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length;
    }

    private bool ReadKeyword(out string keyword)
    {
        var start = _at;
        while (_at < _text.Length && _text[_at] != '=' && !IsSpace(_text[_at]))
        {
            _at++;
        }

        keyword = _text[start.._at].ToString();
        if (keyword.Length == 0 || !SkipSpace() || _text[_at] != '=')
        {
            return false;
        }

        _at++;
        return true;
    }

    /// <returns>False if a quote is not closed.</returns>
    private bool ReadValue(out string value)
    {
        value = "";
        if (!SkipSpace())
        {
            return true;
        }

        var quoted = _text[_at] == '\'';
        _at += quoted ? 1 : 0;
        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            var c = _text[_at++];
            if (quoted ? c == '\'' : IsSpace(c))
            {
                value = text.ToString();
                return true;
            }

            if (c != '\\')
            {
                text.Append(c);
            }
            else if (_at < _text.Length)
            {
                text.Append(_text[_at++]);
            }
        }

        value = text.ToString();
        return !quoted;
    }
}
