using System.Buffers;
using System.Text.Encodings.Web;

namespace Stolon.Wire.Json;

/// <summary>Escapes exactly what Go's JSON encoder escapes, in the same spelling, so that documents are equal byte for
/// byte.</summary>
/// <remarks>Escaped: quote, backslash, control characters, <c>&lt; &gt; &amp;</c>, U+2028 and U+2029
/// (docs/spec/store.md 4). Everything else is written as UTF-8; .NET's own encoders escape more, and in upper
/// case.</remarks>
internal sealed unsafe class GoJsonEncoder : JavaScriptEncoder
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        "\"\\<>&\u2028\u2029"
        + "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\t\n\u000b\u000c\r\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f");

    public static GoJsonEncoder Instance { get; } = new();

    /// <summary>A backslash, the letter u, four digits.</summary>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var all = new ReadOnlySpan<char>(text, textLength);
        var escaped = all.IndexOfAny(Escaped);
        var lone = LoneSurrogate(escaped < 0 ? all : all[..escaped]);
        return lone < 0 ? escaped : lone;
    }

    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar <= char.MaxValue && Escaped.Contains((char)unicodeScalar);

    public override bool TryEncodeUnicodeScalar(
        int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var target = new Span<char>(buffer, bufferLength);
        var escape = unicodeScalar switch
        {
            '"' => "\\\"",
            '\\' => @"\\",
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            _ when WillEncode(unicodeScalar) => $"\\u{unicodeScalar:x4}",
            _ => char.ConvertFromUtf32(unicodeScalar),
        };
        numberOfCharactersWritten = escape.TryCopyTo(target) ? escape.Length : 0;
        return numberOfCharactersWritten > 0;
    }

    /// <summary>A lone surrogate has no UTF-8. The base class writes U+FFFD for it, as Go does, if it is given the
    /// position.</summary>
    private static int LoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOfAnyInRange('\ud800', '\udfff'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
