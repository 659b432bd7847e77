using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>What a keeper's own options say of it and of the server it runs (keeper.md 1).</summary>
public sealed record KeeperIdentity
{
    /// <summary>New at every start; the sentinel shows it back (keeper.md 4, 5).</summary>
    public required string BootUuid { get; init; }

    /// <summary>PostgreSQL's <c>listen_addresses</c>; may be <c>*</c>.</summary>
    public required string ListenAddress { get; init; }

    public required string Port { get; init; }

    /// <summary>What others connect to.</summary>
    public required ServerAddress Advertised { get; init; }

    public required Login Superuser { get; init; }

    public required Login Replication { get; init; }

    /// <summary>The operating system's user that this keeper runs as: what the server sees at the other end of its
    /// socket. Looked at only for users of method <c>cert</c>.</summary>
    public string SystemUser { get; init; } = "";

    public ServerTls Tls { get; init; } = new();

    /// <summary>Directory of the server's socket; the original's <c>/tmp</c>.</summary>
    public string SocketDirectory { get; init; } = "/tmp";

    /// <summary>The second one, of the keeper alone; null: none.</summary>
    public string? OwnSocketDirectory { get; init; }

    /// <summary>The libpq password file that a standby's server finds its password in, absolute; null: the password
    /// stands in primary_conninfo, which PostgreSQL writes to its log when it changes.</summary>
    public string? PasswordFile { get; init; }

    public bool EligibleAsPrimary { get; init; } = true;

    public bool EligibleAsSynchronousStandby { get; init; } = true;
}

/// <summary>One of the two internal users.</summary>
/// <param name="Method">PostgreSQL's name of the authentication method.</param>
/// <param name="Password">Null with method <c>trust</c>; may be null with <c>cert</c>.</param>
public sealed record Login(string Name, string Method, Secret? Password)
{
    /// <summary>Whether it is let in only with a password that is stored for SCRAM.</summary>
    public bool NeedsScram => Method == "scram-sha-256";

    /// <summary>Shown to whoever asks for one; null: there is none. Never null with method <c>cert</c>.</summary>
    public ClientCertificate? Certificate { get; init; }
}
