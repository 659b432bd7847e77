using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>What a keeper says of itself (store.md 4.1, KeeperInfo).</summary>
public sealed record KeeperReport
{
    /// <summary>New random id at every write: its change is the sign of life.</summary>
    public required string InfoUid { get; init; }

    public required KeeperUid Uid { get; init; }

    /// <summary>The cluster this keeper believes it belongs to; null: none yet.</summary>
    public ClusterUid? Cluster { get; init; }

    public string? BootUuid { get; init; }

    public PostgresVersion BinaryVersion { get; init; }

    /// <summary>Null until the keeper has looked at its PostgreSQL for the first time.</summary>
    public PostgresReport? Postgres { get; init; }

    public bool? EligibleAsPrimary { get; init; }

    public bool? EligibleAsSynchronousStandby { get; init; }

    /// <summary>How many reports this run of the keeper has made, this one counted: one that is numbered no higher than
    /// an earlier one was overtaken on its way, or comes from a copy of the keeper. 0: not told; the original's
    /// programs neither write nor read this.</summary>
    public long Number { get; init; }

    /// <summary>What the keeper finds wrong now, by subject. The original's programs neither write nor read
    /// this.</summary>
    public ValueList<Complaint> Complaints { get; init; }

    /// <summary>The whole instance in its data directory; null: none, or not said. The original's programs neither
    /// write nor read this.</summary>
    public HeldData? Holds { get; init; }
}
