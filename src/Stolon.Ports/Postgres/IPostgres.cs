using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Ports.Postgres;

/// <summary>The one PostgreSQL instance of a keeper: its data directory, its server process, its answers.</summary>
/// <remarks>Each verb is one step of a plan: it succeeds completely or throws, and says what is then known.
/// <see cref="PostgresToolException"/>: a program or query failed. <see cref="TimeoutException"/>: no answer in time.
/// Only one step runs at a time; <see cref="LookAsync"/> and <see cref="ObserveAsync"/> may run beside a
/// step.</remarks>
public interface IPostgres
{
    /// <summary>Looks at files, process and, when it answers, the server. A server that does not answer is not an
    /// error.</summary>
    Task<PostgresLook> LookAsync(CancellationToken cancellationToken);

    /// <summary>Reads the state to be published (keeper.md 7). Never throws for a sick server: what could not be read
    /// is missing and <see cref="PostgresReport.Healthy"/> is false. Instance and generation are the caller's to fill
    /// in.</summary>
    Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the server process that runs now has ended.</summary>
    /// <returns>True when it has; false, at once, when none runs.</returns>
    Task<bool> WaitForExitAsync(CancellationToken cancellationToken);

    /// <summary>Stops the server, fast mode, and waits until it is gone; nothing happens when none runs.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the data directory with everything in it; what its tablespace links point to is emptied
    /// too.</summary>
    /// <exception cref="PostgresToolException">The server runs, or a file could not be deleted; some may be
    /// gone.</exception>
    Task EraseAsync(CancellationToken cancellationToken);

    /// <summary>Moves the data directory aside, whole, to a new name beside it; nothing is deleted, and an empty one is
    /// left.</summary>
    /// <returns>Where it is now; null: there was nothing to move.</returns>
    /// <exception cref="PostgresToolException">The server runs, or it could not be moved; it is where it
    /// was.</exception>
    Task<string?> SetAsideAsync(CancellationToken cancellationToken);

    /// <summary>initdb. On failure nothing is left.</summary>
    Task InitDbAsync(NewConfig config, CancellationToken cancellationToken);

    /// <summary>Runs the restore command into an empty data directory. On failure nothing is left.</summary>
    Task RestoreAsync(string command, CancellationToken cancellationToken);

    /// <summary>Writes the configuration and starts the server; returns when its process owns the data directory, which
    /// is before it accepts connections (keeper.md 5.4).</summary>
    /// <param name="temporary">Write it to the temporary file beside postgresql.conf, which it includes, and start with
    /// that.</param>
    Task StartAsync(ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken);

    /// <summary>Waits until a query succeeds.</summary>
    /// <param name="timeout">Zero: no limit.</param>
    /// <exception cref="TimeoutException">Not ready in time; the server goes on running.</exception>
    /// <exception cref="PostgresToolException">The server process ended.</exception>
    Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Waits until targeted recovery has ended (keeper.md 5.2). Timeout and exceptions as
    /// <see cref="AwaitReadyAsync"/>.</summary>
    Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Writes the configuration and makes the running server read it.</summary>
    Task ReloadAsync(ServerConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Makes a timeline known that another instance took from this one's, at its very end, so that a promotion
    /// takes the next number (a timeline history file in the WAL directory). Nothing happens when it is
    /// known.</summary>
    /// <exception cref="PostgresToolException">The own history cannot be read, or the file not be written.</exception>
    Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken);

    /// <summary>Promotes the running standby, waits until it takes writes, then writes the configuration of a
    /// primary.</summary>
    Task PromoteAsync(ServerConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Asks another server, on a replication connection, who it is: it must answer within the request timeout.
    /// Nothing is changed.</summary>
    /// <param name="systemIdentifier">What it must answer; null: anything.</param>
    Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken);

    /// <summary>Rewinds the stopped data directory to the given primary's history (pg_rewind, as superuser).</summary>
    /// <exception cref="PostgresToolException">The data may be damaged: clone it.</exception>
    Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken);

    /// <summary>Clones the given server into an empty data directory (pg_basebackup), streaming through
    /// <paramref name="slot"/>.</summary>
    Task CloneAsync(ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken);

    /// <summary>Creates the superuser's password and the replication role on a new server (keeper.md 4.4).</summary>
    Task SetUpRolesAsync(CancellationToken cancellationToken);

    /// <summary>The parameters in the configuration files, without the managed ones (keeper.md 7.2).</summary>
    Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken);

    /// <summary>Creates a physical replication slot that keeps WAL from now on.</summary>
    Task CreateSlotAsync(string name, CancellationToken cancellationToken);

    /// <exception cref="PostgresToolException">For instance: still in use.</exception>
    Task DropSlotAsync(string name, CancellationToken cancellationToken);
}
