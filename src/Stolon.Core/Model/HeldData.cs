using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>A whole instance in a keeper's data directory, whichever cluster it is of, whether or not its server runs.
/// Data that an initialisation left half-made are not whole.</summary>
public sealed record HeldData
{
    /// <summary>The cluster it was made or adopted for; null: none that is known.</summary>
    public ClusterUid? Cluster { get; init; }

    /// <summary>Null: none; the data have never been a keeper's.</summary>
    public InstanceUid? Instance { get; init; }

    /// <summary>The same for all copies of one initdb; null: unreadable.</summary>
    public string? SystemIdentifier { get; init; }

    public Timeline Timeline { get; init; }

    /// <summary>As far as the server said or, when it does not run, its control data: WAL may reach further.</summary>
    public Lsn Position { get; init; }

    /// <summary>What a keeper holds by its report. Of one that does not say (the original's) what it sees of its server
    /// is taken; ours, which number their reports, say nothing when what they have is half-made.</summary>
    /// <returns>Null: nothing whole that is known of.</returns>
    public static HeldData? Of(KeeperReport report) => report switch
    {
        { Holds: { } held } => held,
        { Number: 0, Postgres: { Instance: { } instance, SystemIdentifier: { } identifier } seen } => new HeldData
        {
            Cluster = report.Cluster,
            Instance = instance,
            SystemIdentifier = identifier,
            Timeline = seen.Timeline,
            Position = seen.Position,
        },
        _ => null,
    };

    /// <summary>For people: of which cluster, which database, how far.</summary>
    public override string ToString() =>
        $"a whole instance of {(Cluster is { } cluster ? $"cluster {cluster}" : "no cluster that is known")} "
        + $"(system identifier {SystemIdentifier ?? "unreadable"}, timeline {Timeline}, position {Position})";
}
