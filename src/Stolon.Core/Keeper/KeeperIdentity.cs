using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>A keeper and the server it runs, from the keeper's options (docs/spec/keeper.md 1).</summary>
public sealed record KeeperIdentity
{
    /// <summary>New at every start of the keeper; the sentinel copies it into the cluster data (docs/spec/keeper.md 4,
    /// 5).</summary>
    public required string BootUuid { get; init; }

    /// <summary>PostgreSQL's <c>listen_addresses</c>; may be <c>*</c>.</summary>
    public required string ListenAddress { get; init; }

    public required string Port { get; init; }

    /// <summary>The address that others connect to.</summary>
    public required ServerAddress Advertised { get; init; }

    public required Login Superuser { get; init; }

    public required Login Replication { get; init; }

    /// <summary>The operating system user of this keeper, as the server sees it on its socket. Used only for users with
    /// method <c>cert</c>.</summary>
    public string SystemUser { get; init; } = "";

    public ServerTls Tls { get; init; } = new();

    /// <summary>Directory of the server's socket; <c>/tmp</c>, as in the original.</summary>
    public string SocketDirectory { get; init; } = "/tmp";

    /// <summary>A second socket directory that only the keeper uses; null: none.</summary>
    public string? OwnSocketDirectory { get; init; }

    /// <summary>Absolute path of the libpq password file that a standby reads. Null: the password is part of
    /// primary_conninfo, which PostgreSQL logs when it changes.</summary>
    public string? PasswordFile { get; init; }

    public bool EligibleAsPrimary { get; init; } = true;

    public bool EligibleAsSynchronousStandby { get; init; } = true;
}

/// <summary>One of the two internal users.</summary>
/// <param name="Method">PostgreSQL's name of the authentication method.</param>
/// <param name="Password">Null with method <c>trust</c>; may be null with <c>cert</c>.</param>
public sealed record Login(string Name, string Method, Secret? Password)
{
    /// <summary>Whether the stored password must be in SCRAM format.</summary>
    public bool NeedsScram => Method == "scram-sha-256";

    /// <summary>Sent to servers that request a certificate; null: none. Never null with method <c>cert</c>.</summary>
    public ClientCertificate? Certificate { get; init; }
}
