using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Go;

/// <summary>The same document in another spelling that Go's decoder reads in the same way, repeatable by
/// seed.</summary>
public sealed class GoVariant(int seed)
{
    private readonly Random _random = new(seed);
    private readonly GoSample _sample = new(seed);
    private readonly StringBuilder _text = new();

    public byte[] Write(GoType type, JsonNode? value)
    {
        Append(type, value);
        return Encoding.UTF8.GetBytes(_text.ToString());
    }

    private void Append(GoType type, JsonNode? value)
    {
        Space();
        switch (type)
        {
            case GoType.Optional optional when value is not null:
                Append(optional.Value, value);
                break;
            case GoType.Text when value is not null:
                AppendString((string)value!);
                break;
            case GoType.ListOf list when value is JsonArray items:
                AppendAll('[', items.Select(item => (Action)(() => Append(list.Item, item))), ']');
                break;
            case GoType.MapOf map when value is JsonObject entries:
                AppendAll('{', entries.Select(e => (Action)(() => AppendMember(e.Key, map.Value, e.Value))), '}');
                break;
            case GoType.Struct members when value is JsonObject:
                AppendAll('{', Shuffled(members.Fields).SelectMany(field => Member(field, value[field.Name])), '}');
                break;
            default:
                _text.Append(Encoding.UTF8.GetString(GoWriter.Write(type, value)));
                break;
        }

        Space();
    }

    /// <summary>Sometimes adds a member before it: a duplicate that loses, or an unknown one.</summary>
    private IEnumerable<Action> Member(GoField field, JsonNode? value)
    {
        if (_random.Next(4) == 0 && field.Type is GoType.Text or GoType.Flag or GoType.Whole or GoType.Time)
        {
            yield return () => AppendMember(Cased(field.Name), field.Type, _sample.Value(field.Type, "junk"));
        }

        if (_random.Next(8) == 0)
        {
            yield return () => _text.Append(
                CultureInfo.InvariantCulture, $"\"later{_random.Next(9)}\":{{\"uid\":[null,1e-5,\"\\u00e9\"]}}");
        }

        yield return () => AppendMember(Cased(field.Name), field.Type, value);
    }

    private void AppendMember(string name, GoType type, JsonNode? value)
    {
        AppendString(name);
        Space();
        _text.Append(':');
        Append(type, value);
    }

    private void AppendAll(char open, IEnumerable<Action> items, char close)
    {
        _text.Append(open);
        var first = true;
        foreach (var append in items)
        {
            _text.Append(first ? "" : ",");
            first = false;
            append();
        }

        Space();
        _text.Append(close);
    }

    private void AppendString(string text)
    {
        _text.Append('"');
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value < ' ' || rune.Value is '"' or '\\' || _random.Next(5) == 0)
            {
                foreach (var unit in rune.ToString())
                {
                    _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
                }
            }
            else
            {
                _text.Append(rune.Value == '/' ? "\\/" : rune.ToString());
            }
        }

        _text.Append('"');
    }

    private void Space() => _text.Append(_random.Next(6) switch { 0 => " ", 1 => "\n\t", _ => "" });

    private GoField[] Shuffled(GoField[] fields)
    {
        var shuffled = fields.ToArray();
        _random.Shuffle(shuffled);
        return shuffled;
    }

    private string Cased(string name) => _random.Next(3) switch
    {
        0 => name.ToUpperInvariant(),
        1 => name.ToLowerInvariant(),
        _ => name,
    };
}
