using System.Text.Json;
using System.Text.Json.Serialization;
using Stolon.Wire.Json;

namespace Stolon.Wire.V1;

/// <summary>The dialect of format version 1: Go's names, Go's omissions, Go's escaping (docs/spec/store.md
/// 4).</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClusterDataV1))]
[JsonSerializable(typeof(FormatVersionV1))]
[JsonSerializable(typeof(ClusterSpecV1))]
[JsonSerializable(typeof(KeeperInfoV1))]
[JsonSerializable(typeof(ProxyInfoV1))]
[JsonSerializable(typeof(SentinelInfoV1))]
[JsonSerializable(typeof(StatusV1))]
internal sealed partial class WireV1Context : JsonSerializerContext
{
    /// <summary>Compact: the form in the store.</summary>
    public static WireV1Context Compact { get; } = new(MakeOptions(indented: false));

    /// <summary>Indented with tabs: the form shown to operators.</summary>
    public static WireV1Context Indented { get; } = new(MakeOptions(indented: true));

    private static JsonSerializerOptions MakeOptions(bool indented) => new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        PropertyNameCaseInsensitive = true,
        Encoder = GoJsonEncoder.Instance,
        Converters = { new GoDurationConverter(), new GoTimeConverter() },
        WriteIndented = indented,
        IndentCharacter = '\t',
        IndentSize = 1,
        NewLine = "\n",
    };
}
