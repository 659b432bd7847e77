using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Stolon.Wire.Json;

/// <summary>Go's decoder reads invalid UTF-8 and escaped lone surrogates as U+FFFD; .NET's decoder rejects
/// them.</summary>
internal static class GoStrings
{
    private const int EscapeLength = 6;

    /// <summary>The document changed so that .NET's decoder reads it as Go's would; nearly always it is
    /// unchanged.</summary>
    public static ReadOnlyMemory<byte> Repair(ReadOnlyMemory<byte> json) =>
        Utf8.IsValid(json.Span) && json.Span.IndexOf("\\ud"u8) < 0 && json.Span.IndexOf("\\uD"u8) < 0
            ? json
            : Repaired(json.Span);

    private static byte[] Repaired(ReadOnlySpan<byte> rest)
    {
        var repaired = new ArrayBufferWriter<byte>(rest.Length);
        while (!rest.IsEmpty)
        {
            int length;
            if (rest[0] == '\\')
            {
                length = Escape(rest, out var replaced);
                repaired.Write(replaced ? "\\ufffd"u8 : rest[..length]);
            }
            else if (Rune.DecodeFromUtf8(rest, out _, out length) == OperationStatus.Done)
            {
                repaired.Write(rest[..length]);
            }
            else
            {
                length = 1;
                repaired.Write("\ufffd"u8);
            }

            rest = rest[length..];
        }

        return repaired.WrittenSpan.ToArray();
    }

    /// <summary>The length of the escape, or of the pair of escapes, at the start.</summary>
    private static int Escape(ReadOnlySpan<byte> text, out bool replaced)
    {
        var first = Unit(text);
        var paired = first is { } high && char.IsHighSurrogate(high)
            && Unit(text[EscapeLength..]) is { } low && char.IsLowSurrogate(low);
        replaced = !paired && first is { } half && char.IsSurrogate(half);
        return paired ? 2 * EscapeLength : first is null ? Math.Min(2, text.Length) : EscapeLength;
    }

    private static char? Unit(ReadOnlySpan<byte> text) =>
        text.StartsWith("\\u"u8) && text.Length >= EscapeLength
        && ushort.TryParse(
            text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : null;
}
