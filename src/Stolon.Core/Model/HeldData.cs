using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>A complete instance in a keeper's data directory, of any cluster, whether or not its server runs. Data of
/// an unfinished initialisation are not complete.</summary>
public sealed record HeldData
{
    /// <summary>The cluster for which it was created or adopted; null: none is known.</summary>
    public ClusterUid? Cluster { get; init; }

    /// <summary>Null: the data never belonged to a keeper.</summary>
    public InstanceUid? Instance { get; init; }

    /// <summary>The same for all copies of one initdb; null: unreadable.</summary>
    public string? SystemIdentifier { get; init; }

    public Timeline Timeline { get; init; }

    /// <summary>As the server reported or, if it does not run, from its control data: WAL may reach further.</summary>
    public Lsn Position { get; init; }

    /// <summary>The complete data on a keeper, by its report. Keepers of stolon neither report it nor number their
    /// reports; for them, the observed server is used. Our keepers report it, and their server's state may be that of
    /// an unfinished initialisation.</summary>
    /// <returns>Null: no complete data are known.</returns>
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

    /// <summary>For people: the cluster, the database, the position.</summary>
    public override string ToString() =>
        $"a whole instance of {(Cluster is { } cluster ? $"cluster {cluster}" : "an unknown cluster")} "
        + $"(system identifier {SystemIdentifier ?? "unreadable"}, timeline {Timeline}, position {Position})";
}
