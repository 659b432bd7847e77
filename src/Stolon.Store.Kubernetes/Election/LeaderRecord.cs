using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stolon.Store.Kubernetes.Election;

/// <summary>client-go's record of the leader (docs/spec/store.md 8.4). Its times are for people; they are not
/// compared.</summary>
internal sealed record LeaderRecord
{
    /// <summary>Empty = no leader: the last one has resigned.</summary>
    public string HolderIdentity { get; init; } = "";

    public int LeaseDurationSeconds { get; init; }

    /// <summary>RFC 3339, UTC, seconds; null = none.</summary>
    public string? AcquireTime { get; init; }

    /// <inheritdoc cref="AcquireTime"/>
    public string? RenewTime { get; init; }

    public int LeaderTransitions { get; init; }

    /// <summary>Identifies one leadership: constant while a leader renews, and never repeated.</summary>
    [JsonIgnore]
    public string Term => $"{HolderIdentity}|{LeaderTransitions}|{AcquireTime}";

    /// <summary>Null if there is none, or an unreadable one. An unreadable record may belong to a leader as long as it
    /// changes.</summary>
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
