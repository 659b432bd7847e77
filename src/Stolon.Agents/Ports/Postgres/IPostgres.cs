using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Ports.Postgres;

/// <summary>The keeper's PostgreSQL instance: its data directory, and its server.</summary>
/// <remarks>Most methods are one step of a plan: a step succeeds completely or throws.
/// <see cref="PostgresToolException"/>: a program or query failed. <see cref="TimeoutException"/>: no answer in time.
/// Only one step runs at a time; <see cref="InspectAsync"/> and <see cref="ObserveAsync"/> may run during a
/// step.</remarks>
public interface IPostgres
{
    /// <summary>Inspects the files, the process and, if it answers, the server. A server that does not answer is no
    /// error.</summary>
    Task<PostgresObservation> InspectAsync(CancellationToken cancellationToken);

    /// <summary>Reads the state that is reported (docs/spec/keeper.md 7). Does not throw for an unhealthy server: what
    /// could not be read is missing, and <see cref="PostgresReport.Healthy"/> is false. The caller adds the instance,
    /// the generation and the advertised address.</summary>
    Task<PostgresReport> ObserveAsync(CancellationToken cancellationToken);

    /// <summary>Waits until the present server process has ended.</summary>
    /// <returns>False, at once: no server process runs.</returns>
    Task<bool> WaitForExitAsync(CancellationToken cancellationToken);

    /// <summary>Signals the server, once, to stop in fast mode, and returns its progress when that changes, or after
    /// <paramref name="interval"/>. The caller repeats the call until the server has ended. It always ends, because an
    /// operator's command that it waits for is ended after a time limit. Nothing happens when no server runs.</summary>
    Task<ShutdownProgress> ShutDownAsync(TimeSpan interval, CancellationToken cancellationToken);

    /// <summary>Stops the server in fast mode, and waits until it has ended; nothing happens when none runs. The
    /// operator's commands have less time than in <see cref="ShutDownAsync"/>, because others may wait for this
    /// instance.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the data directory, and PostgreSQL's files where its tablespace links and the link of its WAL
    /// directory point to.</summary>
    /// <exception cref="PostgresToolException">The server runs, or a file could not be deleted; others may be
    /// deleted.</exception>
    Task EraseAsync(CancellationToken cancellationToken);

    /// <summary>Renames the data directory, and leaves an empty one in its place. Nothing is deleted.</summary>
    /// <returns>The new path; null: there was nothing to move.</returns>
    /// <exception cref="PostgresToolException">The server runs, or the directory could not be renamed; it is
    /// unchanged.</exception>
    Task<string?> SetAsideAsync(CancellationToken cancellationToken);

    /// <summary>Runs initdb. After a failure the directory is empty.</summary>
    Task InitDbAsync(NewConfig config, CancellationToken cancellationToken);

    /// <summary>Runs the restore command into an empty data directory. After a failure the directory is
    /// empty.</summary>
    Task RestoreAsync(string command, CancellationToken cancellationToken);

    /// <summary>Writes the configuration and starts the server. Returns when the server process owns the data directory
    /// and has accepted the configuration, before it accepts connections (docs/spec/keeper.md 5.4). The operator's
    /// entries with which it does not start are left out.</summary>
    /// <param name="temporary">Start with a temporary configuration file, which includes postgresql.conf.</param>
    Task<ConfigurationOutcome> StartAsync(
        ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken);

    /// <summary>Waits until a query succeeds.</summary>
    /// <param name="timeout">Zero: no limit.</param>
    /// <exception cref="TimeoutException">Not ready in time; the server keeps running.</exception>
    /// <exception cref="PostgresToolException">The server process ended.</exception>
    Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Waits until targeted recovery has ended (docs/spec/keeper.md 5.2). Timeout and exceptions as
    /// <see cref="AwaitReadyAsync"/>.</summary>
    Task AwaitRecoveryEndAsync(TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Writes the configuration without the operator's entries that the server would not accept, reloads the
    /// server, and checks in a new session that the configuration is in force.</summary>
    Task<ConfigurationOutcome> ReloadAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Writes the history file of a timeline that another instance started at the very end of this instance's,
    /// so that a promotion uses the next number. Nothing happens when the file exists.</summary>
    /// <exception cref="PostgresToolException">This instance's history cannot be read, or the file cannot be
    /// written.</exception>
    Task NoteTimelineAsync(Timeline taken, TimelineSwitch fork, CancellationToken cancellationToken);

    /// <summary>Promotes the running standby, waits until it accepts writes, and then writes the configuration of a
    /// primary as <see cref="ReloadAsync"/> does.</summary>
    /// <exception cref="PostgresToolException">For example: the synchronous standbys in force are not those of the
    /// configuration; then it is still a standby. With the subject Command: one of the operator's commands blocked the
    /// promotion for too long, and the server has been stopped, to be started without them.</exception>
    Task<ConfigurationOutcome> PromoteAsync(
        ServerConfiguration configuration, CancellationToken cancellationToken);

    /// <summary>Identifies another server over a replication connection, within the request timeout. The data directory
    /// is not changed; the next inspection includes the space that a clone of that server needs here
    /// (<see cref="PostgresObservation.CloneSpace"/>).</summary>
    /// <param name="systemIdentifier">The identifier that it must have; null: any.</param>
    Task ProbeAsync(
        ServerAddress source, InstanceUid self, string? systemIdentifier, CancellationToken cancellationToken);

    /// <summary>Rewinds the data directory of the stopped server to the primary's history (pg_rewind, as
    /// superuser).</summary>
    /// <exception cref="PostgresToolException">The data may be damaged, and must be cloned.</exception>
    Task RewindAsync(ServerAddress primary, InstanceUid self, CancellationToken cancellationToken);

    /// <summary>Clones a server into an empty data directory (pg_basebackup), streaming through
    /// <paramref name="slot"/>.</summary>
    Task CloneAsync(ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken);

    /// <summary>Clones a server as <see cref="CloneAsync"/> does, but beside the data directory, which is unchanged.
    /// The clone is complete and durable when the method returns; after a failure nothing of it is left.</summary>
    Task CloneBesideAsync(ServerAddress source, InstanceUid self, string slot, CancellationToken cancellationToken);

    /// <summary>Replaces the data directory by the clone beside it, and renames the old one; continues an earlier run
    /// that was interrupted. Nothing is deleted.</summary>
    /// <exception cref="PostgresToolException">The server runs, or a directory could not be renamed. This step must be
    /// repeated before any other.</exception>
    Task SwapInAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the data that a clone has replaced, for about a second. More is left as long as an inspection
    /// shows <see cref="ReplacementStage.Dropping"/>.</summary>
    Task DropReplacedAsync(CancellationToken cancellationToken);

    /// <summary>Sets the superuser's password and creates the replication role on a new server (docs/spec/keeper.md
    /// 4.4).</summary>
    Task SetUpRolesAsync(CancellationToken cancellationToken);

    /// <summary>The parameters in the configuration files, without the managed ones (docs/spec/keeper.md
    /// 7.2).</summary>
    Task<ValueMap<string, string>> ReadFileParametersAsync(CancellationToken cancellationToken);

    /// <summary>Creates a physical replication slot that retains WAL at once.</summary>
    Task CreateSlotAsync(string name, CancellationToken cancellationToken);

    /// <exception cref="PostgresToolException">For example: the slot is still in use.</exception>
    Task DropSlotAsync(string name, CancellationToken cancellationToken);
}

/// <summary>How far a shutdown of the server is.</summary>
/// <param name="Ended">No server process is left.</param>
/// <param name="InOrder">The control data show a clean shutdown, and no walsender is left: every connected standby has
/// all WAL. True before the process ends if it only waits for its archiver. False for a server that was not running, or
/// crashed.</param>
/// <param name="WaitsFor">What the server still waits for, as a text; null: nothing.</param>
public sealed record ShutdownProgress(bool Ended, bool InOrder, string? WaitsFor = null);
