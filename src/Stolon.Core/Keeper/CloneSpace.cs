using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>What a clone needs here, as measured when a source last answered: whoever asks another one measures
/// anew.</summary>
public sealed record CloneSpace
{
    /// <summary>By file system; none as long as it is not known.</summary>
    public ValueList<SpaceRequirement> Requirements { get; init; }

    /// <summary>Why no second data directory can be made beside the present one, whatever room there is; null: it
    /// can.</summary>
    public string? BesideObstacle { get; init; }

    /// <summary>Why its size is not known, perhaps not yet; null: it is.</summary>
    public string? SizeUnknownReason { get; init; }

    /// <summary>Why no clone can be made at all before a person acts; null: it can.</summary>
    public string? Blocked { get; init; }
}

/// <summary>What a clone needs on one file system, and what is there.</summary>
/// <param name="Where">A directory on it, for people.</param>
public sealed record SpaceRequirement(string Where, long NeededBytes, long FreeBytes)
{
    public bool Fits => FreeBytes >= NeededBytes;

    /// <summary>For people, in MiB.</summary>
    public override string ToString() =>
        $"{InMebibytes(NeededBytes)} MiB are needed at {Where}, {InMebibytes(FreeBytes)} MiB are free";

    private static long InMebibytes(long bytes) => bytes / (1024 * 1024);
}
