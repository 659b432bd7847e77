using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>What a server starts as (PostgreSQL manual, "Archive Recovery": the signal files).</summary>
public enum RecoveryMode
{
    /// <summary>As primary: no signal file, no recovery parameters.</summary>
    None,

    /// <summary>As standby: follows for ever.</summary>
    Standby,

    /// <summary>Targeted recovery: replays up to a target, then ends recovery.</summary>
    Recovery,
}

/// <summary>Everything the keeper writes for one server: parameters, recovery settings, host-based
/// authentication.</summary>
public sealed record ServerConfiguration
{
    public required ValueMap<string, string> Parameters { get; init; }

    public RecoveryMode Recovery { get; init; }

    /// <summary>What a standby on the data that are here must at least have, by parameter, also if a wrong value of the
    /// operator's is left out.</summary>
    public ValueMap<string, int> Minimums { get; init; } = ValueMap<string, int>.Empty;

    /// <summary>In force only with a <see cref="Recovery"/> mode.</summary>
    public ValueMap<string, string> RecoveryParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>What the server needs to know to follow with a password; null: nothing.</summary>
    public PasswordEntry? Password { get; init; }

    /// <summary>Lines of pg_hba.conf, in order.</summary>
    public required ValueList<string> Hba { get; init; }

    /// <summary>How many of <see cref="Hba"/>, from the first, are ours; the others are the operator's.</summary>
    public int OwnHbaLines { get; init; }

    /// <summary>The operator's lines are held back for now: only the cluster itself may connect.</summary>
    public bool UsersExcluded { get; init; }

    /// <summary>The lines of our map (<see cref="Postgres.HbaRules.Map"/>) in pg_ident.conf; empty: none is
    /// needed.</summary>
    public ValueList<string> UserMap { get; init; } = [];

    /// <summary>Counts only: the values may hold a password (primary_conninfo).</summary>
    public override string ToString() =>
        $"{Recovery}: {Parameters.Count} parameters, {RecoveryParameters.Count} for recovery, {Hba.Count} hba lines";
}

/// <summary>A libpq password file of one line.</summary>
/// <param name="Path">Absolute path, named by <c>passfile</c> in primary_conninfo.</param>
/// <param name="Line">See <see cref="Postgres.PgPassLine"/>.</param>
public sealed record PasswordEntry(string Path, Secret Line);
