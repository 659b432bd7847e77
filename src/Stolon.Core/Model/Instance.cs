namespace Stolon.Core.Model;

/// <summary>How a keeper must run PostgreSQL: one life of an instance (docs/spec/cluster-data.md 4, DB).</summary>
public sealed record Instance
{
    public required InstanceUid Uid { get; init; }

    /// <summary>One more at each write in which <see cref="Spec"/> changed.</summary>
    public Generation Generation { get; init; } = Generation.First;

    public WallTime ChangeTime { get; init; }

    public required InstanceSpec Spec { get; init; }

    public InstanceStatus Status { get; init; } = new();

    public ForeignMembers Foreign { get; init; }

    /// <summary>The keeper has carried out the present specification.</summary>
    public bool Converged => Status.CurrentGeneration == Generation;

    /// <summary>It can be the cluster's primary: a primary, or a standby of an external server.</summary>
    public bool IsPrimaryType =>
        Spec.Role == InstanceRole.Primary
        || (Spec.Role == InstanceRole.Standby && Spec.Follow is FollowSource.External);

    /// <summary>A standby of another instance of this cluster.</summary>
    public bool IsStandbyType => Spec is { Role: InstanceRole.Standby, Follow: FollowSource.Internal };
}
