namespace Stolon.Core.Model;

/// <summary>How far the cluster has come (cluster-data.md 6).</summary>
public enum ClusterPhase
{
    /// <summary>Entered at initialisation; ends when the first primary has converged and is healthy.</summary>
    Initializing,

    /// <summary>Entered from initializing; never left (a new initialisation writes a new document).</summary>
    Normal,
}

/// <summary>The cluster as a whole (cluster-data.md 2).</summary>
public sealed record Cluster
{
    public required ClusterUid Uid { get; init; }

    /// <summary>Always 1; kept because the format has it.</summary>
    public Generation Generation { get; init; } = Generation.First;

    public WallTime ChangeTime { get; init; }

    public required ClusterSpec Spec { get; init; }

    /// <summary>Null: not said (such a document is not acted on).</summary>
    public ClusterPhase? Phase { get; init; }

    /// <summary>The instance elected primary; null until one is chosen.</summary>
    public InstanceUid? Primary { get; init; }

    /// <summary>Which data of other clusters this one may take the place of; null: none. The original's programs skip
    /// this and drop it at their next write.</summary>
    public OverwriteConsent? Consent { get; init; }

    /// <summary>Why clients reach no primary that takes their writes; null: nothing is known to be wrong. The
    /// original's programs skip this and drop it at their next write.</summary>
    public Trouble? Trouble { get; init; }
}
