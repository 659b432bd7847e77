using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Ports.Postgres;

/// <summary>The one PostgreSQL instance of a keeper: its data directory, its server process, its answers.</summary>
/// <remarks>Each verb is one step of a plan: it succeeds completely or throws, and says what is then known.
/// <see cref="PostgresToolException"/>: a program or query failed. <see cref="TimeoutException"/>: no answer in time.
/// Only one step runs at a time; <see cref="InspectAsync"/> and <see cref="ObserveAsync"/> may run beside a
/// step.</remarks>
public interface IPostgres
{
    /// <summary>Looks at files, process and, when it answers, the server. A server that does not answer is not an
    /// error.</summary>
    Task<PostgresObservation> InspectAsync(CancellationToken cancellationToken);

    /// <summary>Reads the state to be published (keeper.md 7). Never throws for a sick server: what could not be read
    /// is missing and <see cref="PostgresReport.Healthy"/> is false. Instance and generation are the caller's to fill
    /// in.</summary>
    Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the server process that runs now has ended.</summary>
    /// <returns>True when it has; false, at once, when none runs.</returns>
    Task<bool> WaitForExitAsync(CancellationToken cancellationToken);

    /// <summary>Tells the server to stop, fast mode, once, and says how far it is: when there is news, or after the
    /// time given. To be asked until it has ended; it ends sooner or later, for an operator's command that it waits for
    /// is ended when it has had its time. Nothing happens when none runs.</summary>
    /// <param name="patience">How long to wait for news.</param>
    Task<ShutdownProgress> ShutDownAsync(TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>Stops the server, fast mode, and waits until it is gone; nothing happens when none runs. Shorter with
    /// the operator's commands than <see cref="ShutDownAsync"/>: somebody may be waiting.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the data directory with everything in it; what PostgreSQL made where its tablespace links and
    /// the link of its WAL directory point to is deleted too.</summary>
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

    /// <summary>Writes the configuration and starts the server; returns when its process owns the data directory and
    /// has taken the configuration, which is before it accepts connections (keeper.md 5.4). Entries of the operator's
    /// with which it does not start are left out.</summary>
    /// <param name="temporary">Write it to the temporary file beside postgresql.conf, which it includes, and start with
    /// that.</param>
    Task<ConfigurationOutcome> StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken);

    /// <summary>Waits until a query succeeds.</summary>
    /// <param name="timeout">Zero: no limit.</param>
    /// <exception cref="TimeoutException">Not ready in time; the server goes on running.</exception>
    /// <exception cref="PostgresToolException">The server process ended.</exception>
    Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Waits until targeted recovery has ended (keeper.md 5.2). Timeout and exceptions as
    /// <see cref="AwaitReadyAsync"/>.</summary>
    Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Writes the configuration, without entries of the operator's that the server would not take, makes the
    /// running server read it, and asks a new session whether it did.</summary>
    Task<ConfigurationOutcome> ReloadAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Makes a timeline known that another instance took from this one's, at its very end, so that a promotion
    /// takes the next number (a timeline history file in the WAL directory). Nothing happens when it is
    /// known.</summary>
    /// <exception cref="PostgresToolException">The own history cannot be read, or the file not be written.</exception>
    Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken);

    /// <summary>Promotes the running standby, waits until it takes writes, then writes the configuration of a primary
    /// as <see cref="ReloadAsync"/> does.</summary>
    /// <exception cref="PostgresToolException">For instance: other synchronous standbys are in force than those it is
    /// to have; then it is still a standby. With the subject Command: one of the operator's commands held it up for too
    /// long, and the server has been stopped, to be started again without them.</exception>
    Task<ConfigurationOutcome> PromoteAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Asks another server, on a replication connection, who it is: it must answer within the request timeout.
    /// The data directory is not changed; the next look tells what a clone of that server needs here
    /// (<see cref="PostgresObservation.CloneSpace"/>).</summary>
    /// <param name="systemIdentifier">What it must answer; null: anything.</param>
    Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken);

    /// <summary>Rewinds the stopped data directory to the given primary's history (pg_rewind, as superuser).</summary>
    /// <exception cref="PostgresToolException">The data may be damaged: clone it.</exception>
    Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken);

    /// <summary>Clones the given server into an empty data directory (pg_basebackup), streaming through
    /// <paramref name="slot"/>.</summary>
    Task CloneAsync(ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken);

    /// <summary>Clones the given server as <see cref="CloneAsync"/> does, but beside the data directory, which stays as
    /// it is. Whole and on disk when it returns; on failure nothing of it is left.</summary>
    Task CloneBesideAsync(ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken);

    /// <summary>Puts the clone made beside into the place of the data directory, and that aside; goes on where an
    /// earlier run broke off. Nothing is deleted.</summary>
    /// <exception cref="PostgresToolException">The server runs, or something could not be moved: try again, and nothing
    /// else before.</exception>
    Task SwapInAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the data that a clone has replaced, as far as it gets in about a second: as long as the look
    /// tells of them, there is more (<see cref="ReplacementStage.Dropping"/>).</summary>
    Task DropReplacedAsync(CancellationToken cancellationToken);

    /// <summary>Creates the superuser's password and the replication role on a new server (keeper.md 4.4).</summary>
    Task SetUpRolesAsync(CancellationToken cancellationToken);

    /// <summary>The parameters in the configuration files, without the managed ones (keeper.md 7.2).</summary>
    Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken);

    /// <summary>Creates a physical replication slot that keeps WAL from now on.</summary>
    Task CreateSlotAsync(string name, CancellationToken cancellationToken);

    /// <exception cref="PostgresToolException">For instance: still in use.</exception>
    Task DropSlotAsync(string name, CancellationToken cancellationToken);
}
