using Stolon.Core.Common;
using Stolon.Wire.Go;
using Stolon.Wire.Json;

namespace Stolon.Wire.Mapping;

/// <summary>Go's "omit if empty" between the two sets of types: a zero value is null on the wire (docs/spec/store.md
/// 4).</summary>
internal static class GoValues
{
    public static string? NullIfEmpty(this string? text) => string.IsNullOrEmpty(text) ? null : text;

    public static long? NullIfZero(this long number) => number == 0 ? null : number;

    public static ulong? NullIfZero(this ulong number) => number == 0 ? null : number;

    public static ushort? NullIfZero(this ushort number) => number == (ushort)0 ? null : number;

    public static bool? NullIfFalse(this bool value) => value ? true : null;

    /// <summary>An empty list stays empty. A null inside a list of strings is Go's empty string.</summary>
    public static ValueList<string>? ToStrings(this List<string?>? list) => list.ToItems(text => text);

    public static ValueList<T>? ToItems<T>(this List<string?>? list, Func<string, T> make) =>
        list is null ? null : list.Select(text => make(text ?? "")).ToValueList();

    public static List<string?>? ToWire<T>(this ValueList<T>? list, Func<T, string> text) =>
        list is { } present ? [.. present.Select(text)] : null;

    public static List<string?>? ToWire(this ValueList<string>? list) => list.ToWire(text => text);

    public static ValueMap<string, string> ToStrings(this Dictionary<string, string?>? map) =>
        map is null or { Count: 0 }
            ? ValueMap<string, string>.Empty
            : map.ToValueMap(entry => entry.Key, entry => entry.Value ?? "");

    /// <summary>Null: empty. A <see cref="Dictionary{TKey,TValue}"/> that is only added to keeps the order, which is
    /// sorted.</summary>
    public static Dictionary<string, string?>? ToWire(this ValueMap<string, string> map) =>
        map.IsEmpty
            ? null
            : map.InGoOrder(entry => entry.Key).ToDictionary(entry => entry.Key, entry => (string?)entry.Value);

    /// <summary>The value for an enumeration's word.</summary>
    /// <param name="path">The member with the word, for the message.</param>
    public static T Read<T>(this IReadOnlyList<(string Word, T Value)> words, string word, string path)
    {
        foreach (var (candidate, value) in words)
        {
            if (candidate == word)
            {
                return value;
            }
        }

        throw new WireValueException($"unknown value \"{word}\"", path);
    }

    public static string Write<T>(this IReadOnlyList<(string Word, T Value)> words, T value) =>
        words.First(entry => EqualityComparer<T>.Default.Equals(entry.Value, value)).Word;
}
