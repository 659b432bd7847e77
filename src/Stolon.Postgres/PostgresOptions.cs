using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres;

/// <summary>Where the keeper's PostgreSQL is and as which users the keeper connects (docs/spec/keeper.md 1).</summary>
public sealed record PostgresOptions
{
    /// <summary>The keeper's data directory, absolute; PostgreSQL's own is <see cref="PostgresDirectory"/> in
    /// it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Directory of PostgreSQL's programs; null: searched in PATH.</summary>
    public string? BinPath { get; init; }

    public required Login Superuser { get; init; }

    public required Login Replication { get; init; }

    /// <summary>For connections to other instances; the own one is reached through its socket.</summary>
    public ServerTls Tls { get; init; } = new();

    /// <summary>Fixed by the specification (docs/spec/known-limits.md 8); tests use it as it is.</summary>
    public string SocketDirectory { get; init; } = "/tmp";

    /// <summary>A second directory for the server's socket, which only the keeper's user may enter, and which the
    /// keeper itself prefers; null: none.</summary>
    public string? OwnSocketDirectory { get; init; }

    /// <summary>PostgreSQL's <c>listen_addresses</c>: where the own server is asked when its sockets are gone.
    /// </summary>
    public string ListenAddress { get; init; } = "";

    /// <summary>Reads the superuser's password file again; returns null when it has no usable password. Null: there is
    /// no such file.</summary>
    public Func<Secret?>? SuperuserPasswordNow { get; init; }

    /// <summary>As <see cref="SuperuserPasswordNow"/>, the replication user's.</summary>
    public Func<Secret?>? ReplicationPasswordNow { get; init; }

    /// <summary>How long one observation, or one SQL step, may take. The keeper takes it once, at its start
    /// (docs/spec/keeper.md 3).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where the WAL of a data directory goes that is made here, absolute; null: where it was before, or into
    /// the data directory.</summary>
    public string? WalDirectory { get; init; }

    /// <summary>PostgreSQL's data directory.</summary>
    public string PostgresDirectory => Path.Combine(DataDirectory, "postgres");
}
