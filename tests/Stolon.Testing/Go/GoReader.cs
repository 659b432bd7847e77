using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Stolon.Testing.Go;

/// <summary>Reads documents by the rules of Go's decoder (docs/spec/store.md 4): it stands for the original's programs,
/// and shares no code with ours.</summary>
/// <remarks>Names match case-insensitively, an exact match first; the last of several wins; unknown ones are ignored
/// and reported; null clears pointers, slices and maps, and leaves other values unchanged; a value of another kind than
/// the type's is an error.</remarks>
public sealed partial class GoReader
{
    private readonly List<string> _unknown = [];

    private GoReader()
    {
    }

    /// <exception cref="FormatException">Go's program would not accept the document.</exception>
    public static JsonNode? Read(GoType type, ReadOnlyMemory<byte> document) => Read(type, document, out _);

    /// <inheritdoc cref="Read(GoType, ReadOnlyMemory{byte})"/>
    /// <param name="unknown">Paths of the members that Go's programs skip.</param>
    public static JsonNode? Read(GoType type, ReadOnlyMemory<byte> document, out IReadOnlyList<string> unknown)
    {
        var reader = new GoReader();
        using var parsed = JsonDocument.Parse(document);
        unknown = reader._unknown;
        return reader.Value(type, parsed.RootElement, "");
    }

    public static Int128 Number(JsonNode value) =>
        Int128.Parse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static JsonNode? Zero(GoType type) => type switch
    {
        GoType.Text => "",
        GoType.Flag => false,
        GoType.Whole or GoType.Duration => 0,
        GoType.Time => "0001-01-01T00:00:00Z",
        GoType.Struct value => new JsonObject(
            value.Fields.Select(field => KeyValuePair.Create(field.Name, Zero(field.Type)))),
        _ => null,
    };

    private JsonNode? Value(GoType type, JsonElement json, string at) => (type, json.ValueKind) switch
    {
        (GoType.Duration, JsonValueKind.Null) => throw Refused("null for a duration", at),
        (_, JsonValueKind.Null) => Zero(type),
        (GoType.Optional optional, _) => Value(optional.Value, json, at),
        (GoType.Text, JsonValueKind.String) => json.GetString(),
        (GoType.Flag, JsonValueKind.True or JsonValueKind.False) => json.GetBoolean(),
        (GoType.Whole whole, JsonValueKind.Number) => Whole(whole, json.GetRawText(), at),
        (GoType.Duration, _) => GoDurationText.Parse(json.ToString()),
        (GoType.Time, JsonValueKind.String) when TimeForm().IsMatch(json.GetString()!) => json.GetString(),
        (GoType.ListOf list, JsonValueKind.Array) => new JsonArray(
            [.. json.EnumerateArray().Select((item, index) => Value(list.Item, item, $"{at}[{index}]"))]),
        (GoType.MapOf map, JsonValueKind.Object) => Map(map, json, at),
        (GoType.Struct members, JsonValueKind.Object) => Members(members, json, at),
        _ => throw Refused($"{json.ValueKind} for {type.GetType().Name}", at),
    };

    private static JsonNode Whole(GoType.Whole type, string text, string at) =>
        Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && number >= type.Least && number <= type.Most
            ? JsonNode.Parse(text)!
            : throw Refused($"{text} for a whole number", at);

    private JsonObject Map(GoType.MapOf type, JsonElement json, string at)
    {
        var map = new JsonObject();
        foreach (var entry in json.EnumerateObject())
        {
            map[entry.Name] = Value(type.Value, entry.Value, $"{at}.{entry.Name}");
        }

        return map;
    }

    private JsonObject Members(GoType.Struct type, JsonElement json, string at)
    {
        var value = Zero(type)!.AsObject();
        foreach (var member in json.EnumerateObject())
        {
            var field = type.Fields.FirstOrDefault(field => field.Name == member.Name)
                ?? type.Fields.FirstOrDefault(
                    field => string.Equals(field.Name, member.Name, StringComparison.OrdinalIgnoreCase));
            if (field is null)
            {
                _unknown.Add($"{at}.{member.Name}".TrimStart('.'));
            }
            else if (member.Value.ValueKind != JsonValueKind.Null
                || field.Type is GoType.Optional or GoType.ListOf or GoType.MapOf or GoType.Duration)
            {
                value[field.Name] = Value(field.Type, member.Value, $"{at}.{field.Name}");
            }
        }

        return value;
    }

    private static FormatException Refused(string problem, string at) =>
        new($"json: cannot unmarshal {problem} at {at.TrimStart('.')}");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex TimeForm();
}
