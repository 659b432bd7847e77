using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stolon.Store.Kubernetes.Election;

/// <summary>Who leads, as client-go's leader election writes it (store.md 8.4). Times are for people: nobody compares
/// them.</summary>
internal sealed record LeaderRecord
{
    /// <summary>Empty = nobody: the last one has resigned.</summary>
    public string HolderIdentity { get; init; } = "";

    public int LeaseDurationSeconds { get; init; }

    /// <summary>RFC 3339, UTC, seconds; null = nobody.</summary>
    public string? AcquireTime { get; init; }

    /// <inheritdoc cref="AcquireTime"/>
    public string? RenewTime { get; init; }

    public int LeaderTransitions { get; init; }

    /// <summary>What stays the same while a leader renews, and never comes again.</summary>
    [JsonIgnore]
    public string Term => $"{HolderIdentity}|{LeaderTransitions}|{AcquireTime}";

    /// <summary>Null when there is none, or none that can be read: then nobody leads, but whoever wrote it may think
    /// that he does, as long as it changes.</summary>
    public static LeaderRecord? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize(text, KubeJson.Default.LeaderRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    public string Write() => JsonSerializer.Serialize(this, KubeJson.Default.LeaderRecord);
}
