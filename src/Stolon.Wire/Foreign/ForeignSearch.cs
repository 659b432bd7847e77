using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Stolon.Wire.Foreign;

/// <summary>Finds the members of a document that its type does not have.</summary>
internal static class ForeignSearch
{
    /// <summary>An object with only the foreign members, at their places; null: there are none. Objects inside lists
    /// have no identity and are not searched.</summary>
    public static JsonObject? Find(JsonElement value, JsonTypeInfo type) =>
        value.ValueKind != JsonValueKind.Object ? null : type.Kind switch
        {
            JsonTypeInfoKind.Object => InObject(value, type),
            JsonTypeInfoKind.Dictionary => InMap(value, type.Options.GetTypeInfo(type.ElementType!)),
            _ => null,
        };

    /// <summary>The paths of the members found, as <c>standbyConfig.member</c>.</summary>
    public static IEnumerable<string> Paths(JsonObject? found, JsonTypeInfo type, string at) =>
        (found ?? []).SelectMany(member => Member(type, member.Key) is { } known
            ? Paths(member.Value as JsonObject, TypeOf(known, type), at + member.Key + ".")
            : [at + member.Key]);

    /// <summary>The type's member of this name, as the decoder matches it; null: a foreign name.</summary>
    public static JsonPropertyInfo? Member(JsonTypeInfo type, string name) =>
        type.Properties.FirstOrDefault(member => member.Name == name)
        ?? type.Properties.FirstOrDefault(
            member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the format has the member, but nothing uses it: it is kept like a foreign one.</summary>
    public static bool IsOnlyKept(JsonPropertyInfo member) => member.PropertyType == typeof(JsonElement?);

    public static JsonTypeInfo TypeOf(JsonPropertyInfo member, JsonTypeInfo owner) =>
        owner.Options.GetTypeInfo(member.PropertyType);

    private static JsonObject? InObject(JsonElement value, JsonTypeInfo type)
    {
        var found = new JsonObject();
        foreach (var member in value.EnumerateObject())
        {
            var known = Member(type, member.Name);
            var name = known?.Name ?? member.Name;

            // The last of several members with the same name wins, and takes the last place.
            found.Remove(name);
            if (known is null || IsOnlyKept(known))
            {
                found.Add(name, JsonNode.Parse(member.Value.GetRawText()));
            }
            else if (Find(member.Value, TypeOf(known, type)) is { } inside)
            {
                found.Add(name, inside);
            }
        }

        return found.Count == 0 ? null : found;
    }

    private static JsonObject? InMap(JsonElement value, JsonTypeInfo type)
    {
        var found = new JsonObject();
        foreach (var entry in value.EnumerateObject())
        {
            found.Remove(entry.Name);
            if (Find(entry.Value, type) is { } inside)
            {
                found.Add(entry.Name, inside);
            }
        }

        return found.Count == 0 ? null : found;
    }
}
