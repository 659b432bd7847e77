using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>The disk space that a clone needs here, as measured at the latest probe of a source. A probe of another
/// source measures again.</summary>
public sealed record CloneSpace
{
    /// <summary>One for each file system; empty while unknown.</summary>
    public ValueList<SpaceRequirement> Requirements { get; init; }

    /// <summary>Why no second data directory can be created next to the present one, even with enough space; null: it
    /// can.</summary>
    public string? BesideObstacle { get; init; }

    /// <summary>Why the size of the source is not known (yet); null: it is known.</summary>
    public string? SizeUnknownReason { get; init; }

    /// <summary>Why no clone is possible before an operator acts; null: it is possible.</summary>
    public string? Blocked { get; init; }
}

/// <summary>The space that a clone needs on one file system, and the free space there.</summary>
/// <param name="Where">A directory on that file system, for the operator.</param>
public sealed record SpaceRequirement(string Where, long NeededBytes, long FreeBytes)
{
    public bool Fits => FreeBytes >= NeededBytes;

    /// <summary>For the operator, in MiB.</summary>
    public override string ToString() =>
        $"{InMebibytes(NeededBytes)} MiB are needed at {Where}, {InMebibytes(FreeBytes)} MiB are free";

    private static long InMebibytes(long bytes) => bytes / (1024 * 1024);
}
