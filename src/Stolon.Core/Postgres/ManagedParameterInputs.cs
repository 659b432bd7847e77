using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>All that decides the parameters of an instance.</summary>
public sealed record ManagedParameterInputs
{
    /// <summary>Unknown is allowed; what depends on it then takes the value valid for every version.</summary>
    public required PostgresVersion Version { get; init; }

    /// <summary>Parameters found at initialisation; null once initialisation is over (keeper.md 6.1).</summary>
    public ValueMap<string, string>? Initial { get; init; }

    /// <summary>The specification's <c>pgParameters</c>, unchecked.</summary>
    public required ValueMap<string, string> User { get; init; }

    /// <summary>As <c>listen_addresses</c> takes it, <c>*</c> included.</summary>
    public required string ListenAddress { get; init; }

    public required string Port { get; init; }

    /// <summary>Directory of the socket that the keeper itself connects through.</summary>
    public required string UnixSocketDirectory { get; init; }

    public required ushort MaxStandbys { get; init; }

    public required ushort AdditionalWalSenders { get; init; }

    public required bool UsePgRewind { get; init; }

    /// <summary>See <see cref="Postgres.SynchronousStandbyNames"/>; empty: synchronous replication is off.</summary>
    public required string SynchronousStandbyNames { get; init; }
}
