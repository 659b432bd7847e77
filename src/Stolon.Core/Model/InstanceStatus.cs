using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>What the sentinel last knew of an instance (docs/spec/cluster-data.md 4, DBStatus).</summary>
/// <remarks>"Not in stolon's format": stolon's programs skip the member and drop it at their next write.</remarks>
public sealed record InstanceStatus : PostgresState
{
    public InstanceStatus()
    {
    }

    public InstanceStatus(PostgresState state)
        : base(state)
    {
    }

    public bool Healthy { get; init; }

    /// <summary>The generation that the keeper reports as carried out; none: never any, so its validity is
    /// unknown.</summary>
    public Generation CurrentGeneration { get; init; }

    /// <summary>The standbys known to be in sync with respect to the present specification (docs/spec/sentinel.md 8),
    /// sorted.</summary>
    public ValueList<InstanceUid>? SynchronousStandbys { get; init; }

    /// <summary>The parameters of <c>pgParameters</c> that it did not accept, sorted; empty: none, or not reported. Not
    /// in stolon's format.</summary>
    public ValueList<string> LeftOut { get; init; }

    /// <summary>Why it is not healthy, or soon will not be; null: nothing is wrong. Not in stolon's format.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>This status with what was observed of the server.</summary>
    public InstanceStatus With(PostgresState observed) => new(observed)
    {
        Healthy = Healthy,
        CurrentGeneration = CurrentGeneration,
        SynchronousStandbys = SynchronousStandbys,
        LeftOut = LeftOut,
        Trouble = Trouble,
    };
}
