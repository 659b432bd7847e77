using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stolon.Wire.Json;

/// <summary>JSON merge patch (RFC 7396): null removes, an object merges, anything else replaces.</summary>
internal static class MergePatch
{
    /// <summary>The member whose own members are PostgreSQL's parameter names, not names of the format.</summary>
    private const string ExactNamesInside = "pgParameters";

    public static void Apply(JsonObject target, JsonElement patch) => Apply(target, patch, exactNames: false);

    private static void Apply(JsonObject target, JsonElement patch, bool exactNames)
    {
        foreach (var member in patch.EnumerateObject())
        {
            var name = exactNames ? member.Name : Spelled(target, member.Name);
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    target.Remove(name);
                    break;
                case JsonValueKind.Object:
                    // A merge onto a new object drops the nulls inside the patch.
                    var inner = target[name] as JsonObject ?? [];
                    Apply(inner, member.Value, exactNames || Same(name, ExactNamesInside));
                    if (inner.Parent is null)
                    {
                        target[name] = inner;
                    }

                    break;
                case JsonValueKind.Undefined or JsonValueKind.Array or JsonValueKind.String or JsonValueKind.Number
                    or JsonValueKind.True or JsonValueKind.False:
                    target[name] = JsonNode.Parse(member.Value.GetRawText());
                    break;
            }
        }
    }

    /// <summary>The name as the target spells it; an exact match comes first.</summary>
    private static string Spelled(JsonObject target, string name) =>
        target.ContainsKey(name)
            ? name
            : target.Select(entry => entry.Key).FirstOrDefault(key => Same(key, name)) ?? name;

    private static bool Same(string left, string right) =>
        string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
