using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stolon.Postgres.Files;

/// <summary>The local state files as JSON, shared with the original's keeper (docs/spec/keeper.md 2.2).</summary>
[JsonSourceGenerationOptions(PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(KeeperFileV1), TypeInfoPropertyName = "KeeperFile")]
[JsonSerializable(typeof(InstanceFileV1), TypeInfoPropertyName = "InstanceFile")]
[JsonSerializable(typeof(SeenFileV1), TypeInfoPropertyName = "SeenFile")]
internal sealed partial class LocalStateJson : JsonSerializerContext
{
    /// <summary>keeperstate; empty text: none.</summary>
    internal sealed class KeeperFileV1
    {
        [JsonPropertyName("UID")]
        public string? Uid { get; init; }

        [JsonPropertyName("ClusterUID")]
        public string? ClusterUid { get; init; }

        /// <summary>Ours; the original's keeper skips it and drops it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public SeenFileV1? Seen { get; init; }

        /// <summary>Ours, of the clusters before; the original's keeper skips it and drops it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public SeenFileV1[]? SeenBefore { get; init; }

        /// <summary>Of another version; kept.</summary>
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Foreign { get; set; }
    }

    /// <summary>The newest cluster data seen.</summary>
    internal sealed class SeenFileV1
    {
        [JsonPropertyName("ClusterUID")]
        public string ClusterUid { get; init; } = "";

        public long ProxyGeneration { get; init; }

        public DateTimeOffset ProxyChanged { get; init; }

        /// <summary>What <see cref="ProxyChanged"/> cannot hold.</summary>
        public int ProxyChangedExtraNanoseconds { get; init; }

        public bool WentBack { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Primary { get; init; }
    }

    /// <summary>dbstate; empty text: none.</summary>
    internal sealed class InstanceFileV1
    {
        [JsonPropertyName("UID")]
        public string? Uid { get; init; }

        public long Generation { get; init; }

        public bool Initializing { get; init; }

        [JsonPropertyName("InitPGParameters")]
        public SortedDictionary<string, string>? InitPgParameters { get; init; }

        /// <summary>Ours; the original's keeper skips it and drops it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public ulong AcknowledgedTimeline { get; init; }

        /// <summary>Ours; the original's keeper skips it and drops it.</summary>
        [JsonPropertyName("ClusterUID")]
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? ClusterUid { get; init; }

        /// <summary>Of another version; kept as long as the data is the same instance's.</summary>
        [JsonExtensionData]
        public Dictionary<string, JsonElement>? Foreign { get; set; }
    }
}
