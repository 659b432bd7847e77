using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Stolon.Wire.Foreign;

/// <summary>Writes foreign members back into a document, after the format's own.</summary>
internal static class ForeignMerge
{
    /// <summary>Foreign members of objects that the document no longer has are left out.</summary>
    /// <param name="own">As the type is written; consumed.</param>
    /// <param name="foreign">As <see cref="ForeignSearch.Find"/> returned it; consumed.</param>
    public static JsonObject Merge(JsonObject own, JsonObject foreign, JsonTypeInfo type) =>
        type.Kind == JsonTypeInfoKind.Dictionary
            ? IntoMap(own, foreign, type.Options.GetTypeInfo(type.ElementType!))
            : IntoObject(own, foreign, type);

    private static JsonObject IntoObject(JsonObject own, JsonObject foreign, JsonTypeInfo type)
    {
        var merged = new JsonObject();
        foreach (var member in type.Properties)
        {
            var kept = Take(foreign, member.Name, out var inside);
            if (Take(own, member.Name, out var value))
            {
                merged.Add(member.Name, Inner(value, inside, ForeignSearch.TypeOf(member, type)));
            }
            else if (kept && ForeignSearch.IsOnlyKept(member))
            {
                merged.Add(member.Name, inside);
            }
        }

        foreach (var name in foreign.Select(member => member.Key).ToList())
        {
            Take(foreign, name, out var value);
            merged.Add(name, value);
        }

        return merged;
    }

    private static JsonObject IntoMap(JsonObject own, JsonObject foreign, JsonTypeInfo type)
    {
        var merged = new JsonObject();
        foreach (var key in own.Select(entry => entry.Key).ToList())
        {
            Take(own, key, out var value);
            Take(foreign, key, out var inside);
            merged.Add(key, Inner(value, inside, type));
        }

        return merged;
    }

    private static JsonNode? Inner(JsonNode? value, JsonNode? foreign, JsonTypeInfo type) =>
        value is JsonObject own && foreign is JsonObject inside ? Merge(own, inside, type) : value;

    private static bool Take(JsonObject from, string name, out JsonNode? value) =>
        from.TryGetPropertyValue(name, out value) && from.Remove(name);
}
