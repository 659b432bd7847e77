namespace Stolon.Core.Model;

/// <summary>What a keeper complains about. One complaint a subject: a newer one replaces it.</summary>
public enum ComplaintSubject
{
    /// <summary>The server does not answer every question.</summary>
    Observation,

    /// <summary>What the cluster data say cannot be done, or a step towards it fails.</summary>
    Convergence,

    /// <summary>PostgreSQL has not taken a parameter, or does not start with it.</summary>
    Parameters,

    /// <summary>PostgreSQL has not taken a line about who may connect (pg_hba.conf, pg_ident.conf).</summary>
    Access,

    /// <summary>WAL does not arrive, or does not leave, or is kept for somebody for too long.</summary>
    Replication,

    /// <summary>A disk is slow, full, or cannot be written.</summary>
    Storage,

    /// <summary>The local data are of another cluster, or of another history.</summary>
    Data,

    /// <summary>Another keeper runs with the same uid.</summary>
    Identity,

    /// <summary>One of the operator's own commands fails or hangs (restore_command, archive_command, …).</summary>
    Command,
}

/// <summary>Something a keeper finds wrong, for as long as it lasts.</summary>
/// <param name="Text">One sentence for the operator, without its full stop: what is wrong, where, what to do. Never a
/// secret. It keeps its words while it lasts, so that it is one complaint and not many.</param>
/// <param name="Since">On the keeper's wall clock; only to be shown.</param>
public sealed record Complaint(ComplaintSubject Subject, string Text, WallTime Since)
{
    /// <summary>The keeper does not do what is assigned to it until a person has acted: nobody should wait for
    /// it.</summary>
    public bool Refusal { get; init; }
}
