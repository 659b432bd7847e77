using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stolon.Core.Model;
using Stolon.Wire;
using Stolon.Wire.V1;

namespace Stolon.EntryPoints.Tests.Documents;

/// <summary>Whether a text is a cluster specification, or a patch for one, that stolonctl takes as it is
/// meant.</summary>
internal static class SpecCheck
{
    private static readonly ClusterSpec Plain = new() { InitMode = ClusterInitMode.New };

    /// <summary>The members of a specification, with those of its objects, as <c>newConfig.locale</c>.</summary>
    public static IReadOnlyList<string> Members { get; } =
        [.. MembersOf(WireV1Context.Compact.ClusterSpecV1, "")];

    /// <summary>Each member of the specification itself, with its default as stolonctl shows it; null = none.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> Defaults { get; } =
        JsonNode.Parse(SpecJson.EncodeWithDefaults(new ClusterSpec()))!.AsObject()
            .ToDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);

    /// <summary>With <c>initMode</c> it is a whole specification, else a patch.</summary>
    public static IEnumerable<string> Problems(DocumentBlock block)
    {
        try
        {
            using var document = JsonDocument.Parse(block.Text);
            var isPatch = document.RootElement.ValueKind == JsonValueKind.Object
                && !document.RootElement.TryGetProperty("initMode", out _);
            return Problems(block.Text, isPatch).Select(p => $"{block.Path}:{block.Line}: {p}");
        }
        catch (JsonException e)
        {
            return [$"{block.Path}:{block.Line + e.LineNumber}: {e.Message}"];
        }
    }

    public static IEnumerable<string> Problems(string json, bool isPatch)
    {
        try
        {
            var spec = isPatch ? SpecJson.Merge(Plain, json) : SpecJson.Decode(json);
            return
            [
                .. SpecJson.UnknownMembers(json).Select(m => $"no member is named {m}"),
                .. ClusterSpecRules.Problems(spec),
            ];
        }
        catch (WireFormatException e)
        {
            return [e.Message];
        }
    }

    private static IEnumerable<string> MembersOf(JsonTypeInfo type, string at) =>
        type.Kind != JsonTypeInfoKind.Object ? [] : type.Properties.SelectMany(member =>
            MembersOf(type.Options.GetTypeInfo(member.PropertyType), $"{at}{member.Name}.")
                .Prepend(at + member.Name));
}
