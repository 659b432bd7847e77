using System.Diagnostics;

namespace Stolon.Core.Model;

/// <summary>The source of a standby's WAL (docs/spec/cluster-data.md 4, FollowConfig).</summary>
public abstract record FollowSource
{
    private FollowSource()
    {
    }

    /// <summary>Another instance of this cluster.</summary>
    public sealed record Internal(InstanceUid Instance) : FollowSource;

    /// <summary>A server outside the cluster.</summary>
    public sealed record External(StandbySettings? Standby, ArchiveRecoverySettings? ArchiveRecovery) : FollowSource;

    public T Match<T>(Func<Internal, T> @internal, Func<External, T> external) => this switch
    {
        Internal i => @internal(i),
        External e => external(e),
        _ => throw new UnreachableException(),
    };
}
