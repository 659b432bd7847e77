namespace Stolon.Core.Model;

/// <summary>The phase of the cluster (docs/spec/cluster-data.md 6).</summary>
public enum ClusterPhase
{
    /// <summary>Entered at initialisation; ends when the first primary has converged and is healthy.</summary>
    Initializing,

    /// <summary>Follows initializing and never ends; a new initialisation writes a new document.</summary>
    Normal,
}

/// <summary>The cluster as a whole (docs/spec/cluster-data.md 2).</summary>
public sealed record Cluster
{
    public required ClusterUid Uid { get; init; }

    /// <summary>Always 1; kept because the format has it.</summary>
    public Generation Generation { get; init; } = Generation.First;

    public WallTime ChangeTime { get; init; }

    public required ClusterSpec Spec { get; init; }

    /// <summary>Null: missing; no decision is made on such a document.</summary>
    public ClusterPhase? Phase { get; init; }

    /// <summary>The instance elected primary; null until one is chosen.</summary>
    public InstanceUid? Primary { get; init; }

    /// <summary>The data of other clusters that this one may replace; null: none. Not in stolon's format: its programs
    /// skip this and drop it at their next write.</summary>
    public OverwriteConsent? Consent { get; init; }

    /// <summary>Why clients reach no primary that accepts writes; null: nothing is known to be wrong. Not in stolon's
    /// format, like <see cref="Consent"/>.</summary>
    public Trouble? Trouble { get; init; }
}
