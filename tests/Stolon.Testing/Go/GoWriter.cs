using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Go;

/// <summary>Writes documents by the rules of Go's encoder (docs/spec/store.md 4): it stands for the original's
/// programs, and shares no code with ours.</summary>
public static class GoWriter
{
    public static byte[] Write(GoType type, JsonNode? value)
    {
        var text = new StringBuilder();
        Append(text, type, value);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Map members are sorted by the bytes of their names.</summary>
    private static IEnumerable<string> Sorted(IEnumerable<string> names) =>
        names.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));

    private static void Append(StringBuilder text, GoType type, JsonNode? value)
    {
        switch (type)
        {
            case GoType.Optional or GoType.ListOf or GoType.MapOf when value is null:
                text.Append("null");
                break;
            case GoType.Optional optional:
                Append(text, optional.Value, value);
                break;
            case GoType.Text or GoType.Time:
                AppendString(text, (string)value!);
                break;
            case GoType.Duration:
                AppendString(text, GoDurationText.Of((long)value!));
                break;
            case GoType.Flag:
                text.Append((bool)value! ? "true" : "false");
                break;
            case GoType.Whole:
                text.Append(GoReader.Number(value!).ToString(CultureInfo.InvariantCulture));
                break;
            case GoType.ListOf list:
                AppendAll(text, '[', value!.AsArray(), ']', item => Append(text, list.Item, item));
                break;
            case GoType.MapOf map:
                AppendAll(text, '{', Sorted(value!.AsObject().Select(entry => entry.Key)), '}', key =>
                    AppendMember(text, key, map.Value, value[key]));
                break;
            case GoType.Struct members:
                var written = members.Fields.Where(
                    field => !field.OmitEmpty || !IsEmpty(field.Type, value![field.Name]));
                AppendAll(text, '{', written, '}', field =>
                    AppendMember(text, field.Name, field.Type, value![field.Name]));
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder text, char open, IEnumerable<T> items, char close, Action<T> append)
    {
        text.Append(open);
        var first = true;
        foreach (var item in items)
        {
            text.Append(first ? "" : ",");
            first = false;
            append(item);
        }

        text.Append(close);
    }

    private static void AppendMember(StringBuilder text, string name, GoType type, JsonNode? value)
    {
        AppendString(text, name);
        text.Append(':');
        Append(text, type, value);
    }

    private static bool IsEmpty(GoType type, JsonNode? value) => type switch
    {
        GoType.Optional => value is null,
        GoType.Text => (string)value! is "",
        GoType.Flag => !(bool)value!,
        GoType.Whole => GoReader.Number(value!) == 0,
        GoType.ListOf => value is null or JsonArray { Count: 0 },
        GoType.MapOf => value is null or JsonObject { Count: 0 },
        _ => false,
    };

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var pair = i + 1 < value.Length && char.IsSurrogatePair(value[i], value[i + 1]);
            text.Append(value[i] switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029' => $"\\u{(int)value[i]:x4}",
                >= '\ud800' and <= '\udfff' when !pair => "\\ufffd",
                var plain when pair => $"{plain}{value[++i]}",
                var plain => plain.ToString(),
            });
        }

        text.Append('"');
    }
}
