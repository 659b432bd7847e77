using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>What a keeper publishes (docs/spec/store.md 4.1, KeeperInfo).</summary>
public sealed record KeeperReport
{
    /// <summary>A new random id at every write: a change shows that the keeper is alive.</summary>
    public required string InfoUid { get; init; }

    public required KeeperUid Uid { get; init; }

    /// <summary>The cluster that this keeper belongs to; null: none yet.</summary>
    public ClusterUid? Cluster { get; init; }

    public string? BootUuid { get; init; }

    public PostgresVersion BinaryVersion { get; init; }

    /// <summary>Null until the keeper has observed its PostgreSQL for the first time.</summary>
    public PostgresReport? Postgres { get; init; }

    public bool? EligibleAsPrimary { get; init; }

    public bool? EligibleAsSynchronousStandby { get; init; }

    /// <summary>How many reports this run of the keeper has made, including this one. A report with a number that is
    /// not higher than an earlier one was delayed, or comes from a copy of the keeper. 0: not reported. Not in stolon's
    /// format: its programs neither write nor read this.</summary>
    public long Number { get; init; }

    /// <summary>The keeper's present complaints, by subject. Not in stolon's format.</summary>
    public ValueList<Complaint> Complaints { get; init; }

    /// <summary>The complete instance in its data directory; null: none, or not reported. Not in stolon's
    /// format.</summary>
    public HeldData? Holds { get; init; }
}
