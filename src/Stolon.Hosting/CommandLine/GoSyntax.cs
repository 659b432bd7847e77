using System.Globalization;
using System.Text;

namespace Stolon.Hosting.CommandLine;

/// <summary>Go's syntax of booleans and integers on a command line, and of quoted text in its errors.</summary>
internal static class GoSyntax
{
    /// <summary>Null: not a boolean (docs/spec/store.md 1.1 lists the spellings).</summary>
    public static bool? TryParseBool(string text) => text switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => null,
    };

    /// <summary>Null: not a 64-bit integer. The prefix is the base: 0x, 0o or 0, 0b. Underscores may separate
    /// digits.</summary>
    public static long? TryParseInteger(string text)
    {
        var negative = text is ['-', ..];
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        var (radix, prefixLength) = digits.ToLowerInvariant() switch
        {
            ['0', 'x', ..] => (16, 2),
            ['0', 'o', ..] => (8, 2),
            ['0', 'b', ..] => (2, 2),
            ['0', _, ..] => (8, 1),
            _ => (10, 0),
        };
        var separable = prefixLength > 0;
        digits = digits[prefixLength..];
        if (separable)
        {
            digits = digits.TrimStart('_').Replace("_", "");
        }

        Int128 value = 0;
        foreach (var digit in digits)
        {
            var number = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : int.MaxValue;
            if (number >= radix || value > long.MaxValue)
            {
                return null;
            }

            value = (value * radix) + number;
        }

        value = negative ? -value : value;
        return digits.Length > 0 && value >= long.MinValue && value <= long.MaxValue ? (long)value : null;
    }

    /// <summary>Text in double quotes, with control characters escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            quoted.Append(character switch
            {
                '"' => "\\\"",
                '\\' => @"\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(character) =>
                    "\\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture),
                _ => character.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
