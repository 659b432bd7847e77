using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>A keeper in the cluster data (docs/spec/cluster-data.md 3).</summary>
public sealed record KeeperRecord
{
    public required KeeperUid Uid { get; init; }

    /// <summary>Always 1; kept because the format has it.</summary>
    public Generation Generation { get; init; } = Generation.First;

    public WallTime ChangeTime { get; init; }

    public required KeeperStatus Status { get; init; }

    public ForeignMembers Foreign { get; init; }
}

/// <summary>What the sentinel last knew of a keeper.</summary>
public sealed record KeeperStatus
{
    public bool Healthy { get; init; }

    /// <summary>On the sentinel's wall clock.</summary>
    public WallTime LastHealthyTime { get; init; }

    /// <summary>The keeper's present run; null before it has reported one.</summary>
    public string? BootUuid { get; init; }

    public PostgresVersion BinaryVersion { get; init; }

    /// <summary>Set by <c>stolonctl failkeeper</c>, cleared by the sentinel: fail this keeper once.</summary>
    public bool ForceFail { get; init; }

    /// <summary>Null: allowed (a keeper older than the option).</summary>
    public bool? EligibleAsPrimary { get; init; }

    /// <summary>Null: allowed.</summary>
    public bool? EligibleAsSynchronousStandby { get; init; }

    /// <summary>Two keepers report under this uid, and the reports of neither are used. Not in stolon's format: its
    /// programs skip this and drop it at their next write.</summary>
    public bool Contested { get; init; }

    /// <summary>Why it is not healthy, or contested; null: nothing is wrong. Not in stolon's format, like
    /// <see cref="Contested"/>.</summary>
    public Trouble? Trouble { get; init; }
}
