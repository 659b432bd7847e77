using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stolon.Core.Model;
using Stolon.Wire.Foreign;
using Stolon.Wire.Json;
using Stolon.Wire.Mapping;
using Stolon.Wire.V1;

namespace Stolon.Wire;

/// <summary>The cluster specification as operators write and read it (docs/spec/cluster-specification.md,
/// docs/spec/stolonctl.md 2 to 4).</summary>
public static class SpecJson
{
    private const string SpecName = "cluster spec";
    private const string PatchName = "cluster spec patch";

    /// <summary>Reads a complete specification. It is not validated.</summary>
    /// <exception cref="WireFormatException">Not JSON, or not what the format allows.</exception>
    public static ClusterSpec Decode(string json) => Decode(SpecName, Encoding.UTF8.GetBytes(json));

    /// <summary>Applies a merge patch (RFC 7396) to a specification. The result is not validated.</summary>
    /// <remarks>Names are matched as the decoder matches them, without regard to case, so that the manual's spelling
    /// <c>primaryConnInfo</c> can be patched; the names inside <c>pgParameters</c> are the operator's own and stay
    /// exact.</remarks>
    /// <exception cref="WireFormatException">Not a JSON object, or the result is not what the format
    /// allows.</exception>
    public static ClusterSpec Merge(ClusterSpec current, string patch)
    {
        var target = ToObject(current);
        using var document = Parse(patch);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new WireFormatException(PatchName, "", "must be a JSON object");
        }

        MergePatch.Apply(target, document.RootElement);
        var json = Encoding.UTF8.GetBytes(target.ToJsonString(WireV1Context.Compact.Options));
        return Decode(PatchName, json) with { Foreign = current.Foreign };
    }

    /// <summary>Where a specification, or a patch for one, has members that the format does not have: they are
    /// ignored, so they are most likely misspelt. Empty when the text is not JSON.</summary>
    public static IReadOnlyList<string> UnknownMembers(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(GoStrings.Repair(Encoding.UTF8.GetBytes(json)));
            var type = WireV1Context.Compact.ClusterSpecV1;
            return [.. ForeignSearch.Paths(ForeignSearch.Find(document.RootElement, type), type, at: "")];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The specification as stored, indented with tabs; members that are not set are left out, all of
    /// them.</summary>
    public static string Encode(ClusterSpec spec) => Encode(spec, includeUnset: false);

    /// <summary>The specification with its defaults, indented with tabs; every member is shown, <c>null</c> where it
    /// has no
    /// default.</summary>
    public static string EncodeWithDefaults(ClusterSpec spec) => Encode(spec.WithDefaults(), includeUnset: true);

    private static string Encode(ClusterSpec spec, bool includeUnset)
    {
        var type = WireV1Context.Indented.ClusterSpecV1;
        var set = ToObject(spec);
        var shown = new JsonObject();
        foreach (var member in type.Properties)
        {
            set.TryGetPropertyValue(member.Name, out var value);
            if (value is not null || includeUnset)
            {
                shown.Add(member.Name, value?.DeepClone());
            }
        }

        return shown.ToJsonString(WireV1Context.Indented.Options);
    }

    /// <summary>Through text, because an object made with our options would not tell the names in pgParameters apart
    /// by case.</summary>
    private static JsonObject ToObject(ClusterSpec spec) =>
        JsonNode.Parse(JsonText.Write(spec.ToWire(), WireV1Context.Compact.ClusterSpecV1))!.AsObject();

    private static ClusterSpec Decode(string document, byte[] json) =>
        JsonText.Read(document, json, WireV1Context.Compact.ClusterSpecV1, wire => wire.ToDomain(at: ""))
        ?? throw new WireFormatException(document, "", "is null");

    private static JsonDocument Parse(string patch)
    {
        try
        {
            return JsonDocument.Parse(GoStrings.Repair(Encoding.UTF8.GetBytes(patch)));
        }
        catch (JsonException e)
        {
            throw new WireFormatException(PatchName, "", BrokenJson.Describe(e));
        }
    }
}
