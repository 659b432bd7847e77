using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>The output of <c>stolonctl status -f json</c> (docs/spec/stolonctl.md 5). stolon's members are always
/// written. "Ours": not in stolon's output, and written only if it has a value.</summary>
public sealed class StatusV1
{
    [JsonPropertyName("sentinels")]
    public required IReadOnlyList<SentinelStatusV1> Sentinels { get; init; }

    [JsonPropertyName("proxies")]
    public required IReadOnlyList<ProxyStatusV1> Proxies { get; init; }

    [JsonPropertyName("keepers")]
    public required IReadOnlyList<ShownKeeperV1> Keepers { get; init; }

    [JsonPropertyName("cluster")]
    public required ShownClusterV1 Cluster { get; init; }
}

/// <summary>A running sentinel.</summary>
public sealed class SentinelStatusV1
{
    [JsonPropertyName("uid")]
    public required string Uid { get; init; }

    [JsonPropertyName("leader")]
    public required bool Leader { get; init; }
}

/// <summary>A running proxy.</summary>
public sealed class ProxyStatusV1
{
    [JsonPropertyName("uid")]
    public required string Uid { get; init; }

    [JsonPropertyName("generation")]
    public required long Generation { get; init; }
}

/// <summary>A keeper of the cluster data.</summary>
public sealed class ShownKeeperV1
{
    [JsonPropertyName("uid")]
    public required string Uid { get; init; }

    /// <summary><c>address:port</c>, or why there is none, in brackets.</summary>
    [JsonPropertyName("listen_address")]
    public required string ListenAddress { get; init; }

    [JsonPropertyName("healthy")]
    public required bool Healthy { get; init; }

    [JsonPropertyName("pg_healthy")]
    public required bool PgHealthy { get; init; }

    [JsonPropertyName("pg_wanted_generation")]
    public required long PgWantedGeneration { get; init; }

    [JsonPropertyName("pg_current_generation")]
    public required long PgCurrentGeneration { get; init; }

    /// <summary>Ours: why it, or its PostgreSQL, is not healthy.</summary>
    [JsonPropertyName("trouble")]
    public ShownTroubleV1? Trouble { get; init; }

    /// <summary>Ours: the keeper's complaints.</summary>
    [JsonPropertyName("complaints")]
    public IReadOnlyList<ShownComplaintV1>? Complaints { get; init; }

    /// <summary>Ours: bytes of WAL that the primary keeps for its PostgreSQL, which does not fetch them.</summary>
    [JsonPropertyName("wal_kept")]
    public long? WalKept { get; init; }
}

/// <summary>Why something is not healthy.</summary>
public sealed class ShownTroubleV1
{
    [JsonPropertyName("reason")]
    public required string Reason { get; init; }

    [JsonPropertyName("since")]
    public required WallTime Since { get; init; }
}

/// <summary>A problem that a keeper has found.</summary>
public sealed class ShownComplaintV1
{
    [JsonPropertyName("subject")]
    public required string Subject { get; init; }

    [JsonPropertyName("text")]
    public required string Text { get; init; }

    [JsonPropertyName("since")]
    public required WallTime Since { get; init; }
}

/// <summary>The cluster; the uids are empty while there is no primary.</summary>
public sealed class ShownClusterV1
{
    [JsonPropertyName("available")]
    public required bool Available { get; init; }

    [JsonPropertyName("master_keeper_uid")]
    public required string PrimaryKeeperUid { get; init; }

    [JsonPropertyName("master_db_uid")]
    public required string PrimaryInstanceUid { get; init; }

    /// <summary>Ours: why clients reach no primary that accepts writes.</summary>
    [JsonPropertyName("trouble")]
    public ShownTroubleV1? Trouble { get; init; }
}
