using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>The mode in which a server starts (PostgreSQL manual, "Archive Recovery": the signal files).</summary>
public enum RecoveryMode
{
    /// <summary>As primary: no signal file, no recovery parameters.</summary>
    None,

    /// <summary>As standby, without end.</summary>
    Standby,

    /// <summary>Targeted recovery: replays up to a target, then ends recovery.</summary>
    Recovery,
}

/// <summary>Everything that the keeper writes for one server: parameters, recovery settings, host-based
/// authentication.</summary>
public sealed record ServerConfiguration
{
    public required ValueMap<string, string> Parameters { get; init; }

    public RecoveryMode Recovery { get; init; }

    /// <summary>The minimum values that a standby on the local data needs, by parameter. They apply also if a wrong
    /// value of the operator is left out.</summary>
    public ValueMap<string, int> Minimums { get; init; } = ValueMap<string, int>.Empty;

    /// <summary>In force only with a <see cref="Recovery"/> mode.</summary>
    public ValueMap<string, string> RecoveryParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>The password file that the server needs to stream; null: none.</summary>
    public PasswordEntry? Password { get; init; }

    /// <summary>Lines of pg_hba.conf, in order.</summary>
    public required ValueList<string> Hba { get; init; }

    /// <summary>The number of lines at the start of <see cref="Hba"/> that are ours; the others are the
    /// operator's.</summary>
    public int OwnHbaLines { get; init; }

    /// <summary>The operator's lines are left out for now: only the cluster itself may connect.</summary>
    public bool UsersExcluded { get; init; }

    /// <summary>The lines of our map (<see cref="Postgres.HbaRules.Map"/>) in pg_ident.conf; empty: none
    /// needed.</summary>
    public ValueList<string> UserMap { get; init; } = [];

    /// <summary>Counts only: the values may contain a password (primary_conninfo).</summary>
    public override string ToString() =>
        $"{Recovery}: {Parameters.Count} parameters, {RecoveryParameters.Count} for recovery, {Hba.Count} hba lines";
}

/// <summary>A libpq password file with one line.</summary>
/// <param name="Path">Absolute path, named by <c>passfile</c> in primary_conninfo.</param>
/// <param name="Line">See <see cref="Postgres.PgPassLine"/>.</param>
public sealed record PasswordEntry(string Path, Secret Line);
