using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>All that decides an instance's <c>pg_hba.conf</c>.</summary>
public sealed record HbaInputs
{
    public required string SuperuserName { get; init; }

    /// <summary>PostgreSQL's name of the method: <c>md5</c>, <c>trust</c>, <c>scram-sha-256</c>,
    /// <c>cert</c>.</summary>
    public required string SuperuserMethod { get; init; }

    public required string ReplicationName { get; init; }

    public required string ReplicationMethod { get; init; }

    /// <summary>Who may be the internal users of method <c>cert</c> on the socket, where there is no TLS: the operating
    /// system's user that the keeper runs as.</summary>
    public string SystemUser { get; init; } = "";

    public required ReplicationAccess Access { get; init; }

    /// <summary>With strict access: the addresses of the other instances, or none on an instance that follows one of
    /// them. Not looked at otherwise. Empty texts are instances that have not reported yet.</summary>
    public ValueList<string> StrictAddresses { get; init; }

    /// <summary>The specification's entries, verbatim. Null: the default ones, everybody with a password.</summary>
    public ValueList<string>? UserEntries { get; init; }

    /// <summary>Keep users out: a synchronous primary just started (keeper.md 6.4).</summary>
    public required bool InternalOnly { get; init; }
}
