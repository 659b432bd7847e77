using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>What the sentinel last knew of an instance (cluster-data.md 4, DBStatus).</summary>
public sealed record InstanceStatus
{
    public bool Healthy { get; init; }

    /// <summary>The generation the keeper says it has carried out; none = never any: validity unknown.</summary>
    public Generation CurrentGeneration { get; init; }

    /// <summary>Advertised address; null before the first report.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>Advertised port, text as in the format; null before the first report.</summary>
    public string? Port { get; init; }

    /// <summary>PostgreSQL's system identifier, decimal; null = unknown.</summary>
    public string? SystemIdentifier { get; init; }

    public Timeline Timeline { get; init; }

    public Lsn Position { get; init; }

    /// <inheritdoc cref="PostgresReport.ReplayedPosition"/>
    public Lsn ReplayedPosition { get; init; }

    /// <summary>At most the last two entries.</summary>
    public ValueList<TimelineSwitch> TimelineHistory { get; init; }

    public ValueMap<string, string> PgParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>The standbys known to be in sync with respect to the present specification (sentinel.md 8),
    /// sorted.</summary>
    public ValueList<InstanceUid>? SynchronousStandbys { get; init; }

    /// <summary>Name of the oldest WAL segment the instance still has; null = unknown.</summary>
    public string? OldestWalFile { get; init; }

    /// <summary>The parameters of <c>pgParameters</c> that it did not take, sorted; empty: none, or nobody has
    /// told. The original's programs skip this and drop it at their next write.</summary>
    public ValueList<string> LeftOut { get; init; }

    /// <inheritdoc cref="PostgresReport.PendingRestart"/>
    public ValueList<string> PendingRestart { get; init; }

    /// <summary>Why it is not healthy, or about to be so no more; null: nothing is wrong. The original's programs skip
    /// this and drop it at their next write.</summary>
    public Trouble? Trouble { get; init; }
}
