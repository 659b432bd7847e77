namespace Stolon.Core.Model;

/// <summary>The subject of a keeper's complaint. There is one complaint per subject: a newer one replaces it.</summary>
public enum ComplaintSubject
{
    /// <summary>The server does not answer every query.</summary>
    Observation,

    /// <summary>The assigned specification cannot be carried out, or a step of it fails.</summary>
    Convergence,

    /// <summary>PostgreSQL has not accepted a parameter, or does not start with it.</summary>
    Parameters,

    /// <summary>PostgreSQL has not accepted a line of pg_hba.conf or pg_ident.conf.</summary>
    Access,

    /// <summary>WAL does not arrive, is not sent, or is kept for a standby or slot for too long.</summary>
    Replication,

    /// <summary>A disk is slow or full, or cannot be written to.</summary>
    Storage,

    /// <summary>The local data belong to another cluster or another history.</summary>
    Data,

    /// <summary>Another keeper runs with the same uid.</summary>
    Identity,

    /// <summary>One of the operator's own commands fails or hangs (for example restore_command or
    /// archive_command).</summary>
    Command,
}

/// <summary>A problem that a keeper has found, while it lasts.</summary>
/// <param name="Text">One sentence for the operator, without its full stop: what is wrong, where, what to do. Never a
/// secret. The text stays the same while the problem lasts, so that it is one complaint.</param>
/// <param name="Since">On the keeper's wall clock; only to be shown.</param>
public sealed record Complaint(ComplaintSubject Subject, string Text, WallTime Since)
{
    /// <summary>The keeper does not carry out its assignment until an operator acts; the sentinel does not wait for
    /// it.</summary>
    public bool Refusal { get; init; }
}
