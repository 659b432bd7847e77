using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>How far the replacement of the data directory by a clone made beside it has got.</summary>
public enum ReplacementStage
{
    /// <summary>The clone beside is whole and on disk; the old data are in use or were, untouched.</summary>
    Whole,

    /// <summary>The two are changing places: one of them may be found under neither name. It must be gone on
    /// with.</summary>
    Swapping,

    /// <summary>The clone is in place; the old data are kept beside until it has proved itself.</summary>
    Swapped,

    /// <summary>The clone has proved itself; what is left of the old data is being deleted, and is no copy any
    /// more.</summary>
    Dropping,
}

/// <summary>A replacement of the data directory that has not come to its end.</summary>
/// <param name="Instance">Whose data the clone is; null: of none that is whole.</param>
public sealed record ReplacementProgress(ReplacementStage Stage, InstanceUid? Instance);
