using System.ComponentModel;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Configuration;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>Starts, reloads and promotes the server, and waits for it (docs/spec/keeper.md 5.4).</summary>
internal sealed class ServerControl(
    PostgresOptions options, DataDirectory directory, ServerTracker tracker, LocalServer local, Tool tool,
    ConfigurationFilter filter, LastGoodConfiguration good, ServerProcesses processes, ServerStop stop,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>The server locks its data directory at once; recovery follows.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>The default of pg_ctl.</summary>
    private static readonly TimeSpan PromotionLimit = TimeSpan.FromSeconds(60);

    /// <summary>How long one command may run while a promotion, and therefore all commits, wait for it.</summary>
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long a promotion waits for commands that follow one another.</summary>
    private static readonly TimeSpan AllCommandsLimit = TimeSpan.FromSeconds(12);

    /// <summary>An init process collects the exit status of an orphan at once; a busy one within seconds.</summary>
    private static readonly TimeSpan ReapLimit = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReadyQuery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(10);

    private readonly ConfigurationFiles _files = new(directory);
    private readonly ServerReload _reload = new(directory, tracker, local, filter, good, time);

    /// <summary>Starts it with the part of the configuration that it accepts, see <see cref="ServerStart"/>.</summary>
    public async Task<ConfigurationOutcome.Applied> StartAsync(
        PostgresVersion version, ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        if (tracker.Find() is { } running)
        {
            throw new PostgresToolException($"postgres already runs on {directory.Path} as process {running.Id}");
        }

        directory.RequireVersion(version, tool.Find("postgres"));
        await AwaitReapedAsync(cancellationToken);
        return await new ServerStart(directory.Path, _files, filter, good, logger, LaunchAsync)
            .RunAsync(version, configuration, temporary, cancellationToken);
    }

    /// <summary>Waits until the former server is no longer a zombie. PostgreSQL does not start while the process in its
    /// lock file exists, and a start that fails for that reason would look like a fault of the configuration.</summary>
    private async Task AwaitReapedAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (PidFile.Read(directory) is { ProcessId: var id } && ProcFiles.IsZombie(id))
        {
            if (time.GetElapsedTime(started) > ReapLimit)
            {
                throw new PostgresToolException(
                    $"postgres does not start on {directory.Path} while its former process {id} exists: it has ended, "
                    + "but its parent process has not collected its exit status. End the parent process; in a "
                    + "container, run an init process as process 1");
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    /// <summary>Starts the process on the present files, and waits until it has read them.</summary>
    /// <returns>False: it ended before that.</returns>
    private async Task<bool> LaunchAsync(PostgresVersion version, bool temporary, CancellationToken cancellationToken)
    {
        var sockets = SocketDirectories.Format(options.SocketDirectory, options.OwnSocketDirectory);
        if (options.OwnSocketDirectory is { } own)
        {
            KeeperDirectory.Create(own);
        }

        List<string> arguments = ["-D", directory.Path, "-c", $"unix_socket_directories={sockets}"];
        if (temporary)
        {
            arguments.AddRange(["-c", $"config_file={_files.TemporaryPath}"]);
        }

        var server = Spawned("postgres", arguments);
        try
        {
            await WaitAsync(
                server,
                "postgres to lock its data directory and open its port",
                StartLimit,
                Poll,
                () => Task.FromResult(
                    tracker.PortOf(server) > 0
                    && (!version.AtLeast(10) || PidFile.ReportsStatus(directory, server.Id))),
                cancellationToken);
        }
        catch (PostgresToolException) when (server.HasExited)
        {
            return false;
        }

        PostgresLog.Started(logger, server.Id);
        return true;
    }

    public Task<ConfigurationOutcome> ReloadAsync(
        PostgresVersion version, ServerConfiguration configuration, CancellationToken cancellationToken) =>
        _reload.RunAsync(version, Running(), configuration, cancellationToken);

    /// <summary>Requests the promotion and waits for its end. An operator's command that blocks recovery gets a few
    /// seconds; then the server is stopped, because killing such a command with a signal would also end
    /// recovery.</summary>
    public async Task<ConfigurationOutcome> PromoteAsync(
        PostgresVersion version, ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        await _reload.RequireNamesAsync(server, configuration, cancellationToken);
        await ThrowIfHeldAsync(server, TimeSpan.Zero, cancellationToken);
        await tool.RunAsync(new ToolCommand("pg_ctl", ["promote", "-W", "-D", directory.Path]), cancellationToken);
        var asked = time.GetTimestamp();
        await WaitAsync(
            server,
            "postgres to accept writes after its promotion",
            PromotionLimit + options.RequestTimeout,
            ReadyPoll,
            async () => Holding(server, time.GetElapsedTime(asked)) is not null || !await local.QueryAsync(
                "promotion", server, PortOf(server), ReadyQuery, ServerQueries.IsInRecoveryAsync, cancellationToken),
            cancellationToken);
        await ThrowIfHeldAsync(server, time.GetElapsedTime(asked), cancellationToken);
        PostgresLog.Promoted(logger);
        return await ReloadAsync(version, configuration, cancellationToken);
    }

    public Task AwaitReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var server = Running();
        return WaitAsync(
            server,
            "postgres to be ready",
            timeout,
            ReadyPoll,
            async () =>
            {
                await local.QueryAsync(
                    "ready", server, PortOf(server), ReadyQuery, ServerQueries.IsInRecoveryAsync, cancellationToken);
                return true;
            },
            cancellationToken);
    }

    public Task AwaitRecoveryEndAsync(PostgresVersion version, TimeSpan timeout, CancellationToken cancellationToken) =>
        WaitAsync(
            Running(),
            "postgres to end its recovery",
            timeout,
            ReadyPoll,
            () => Task.FromResult(DataDirectoryLayout.RecoveryFinished(version, directory.Exists)),
            cancellationToken);

    /// <summary>The running server; throws when there is none.</summary>
    public ServerProcess Running() =>
        tracker.Find() ?? throw new PostgresToolException($"postgres does not run on {directory.Path}");

    /// <summary>The port it was started with; throws when unknown.</summary>
    public int PortOf(ServerProcess server) => tracker.PortOf(server) is > 0 and var port ? port
        : throw new PostgresToolException("postgres has not written its port yet");

    /// <summary>The command that has blocked a promotion for too long; null: none.</summary>
    private OperatorCommand? Holding(ServerProcess server, TimeSpan asked) => processes.Commands(server)
        .FirstOrDefault(c => c.BlocksRecovery && (c.Age > CommandLimit || asked > AllCommandsLimit));

    private async Task ThrowIfHeldAsync(ServerProcess server, TimeSpan asked, CancellationToken cancellationToken)
    {
        if (Holding(server, asked) is { } command)
        {
            var text = command.ToString();
            PostgresLog.CommandHoldsPromotion(logger, text);
            await stop.StopAsync(cancellationToken);
            throw new PostgresToolException(
                $"the promotion waited for {text}: the server was stopped, and is promoted without the archive; fix "
                + "the command")
            {
                Subject = ComplaintSubject.Command,
            };
        }
    }

    private ServerProcess Spawned(string program, List<string> arguments)
    {
        var path = tool.Find(program);
        try
        {
            return tracker.Started(Spawn.InOwnSession(path, arguments, ToolEnvironment.ForServer()));
        }
        catch (Win32Exception e)
        {
            throw new PostgresToolException($"cannot start {path}: {e.Message}", e);
        }
    }

    /// <summary>Repeats the check until it succeeds; a failed check is repeated. The end of the server ends the wait at
    /// once.</summary>
    private async Task WaitAsync(
        ServerProcess server, string what, TimeSpan timeout, TimeSpan pause, Func<Task<bool>> holds,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var reminded = TimeSpan.Zero;
        Exception? last = null;
        while (true)
        {
            try
            {
                if (!server.HasExited && await holds())
                {
                    return;
                }
            }
            catch (Exception e) when (e is PostgresToolException or TimeoutException)
            {
                last = e;
            }

            var elapsed = time.GetElapsedTime(started);
            if (server.HasExited)
            {
                throw Ended();
            }

            if (timeout > TimeSpan.Zero && elapsed > timeout)
            {
                var because = last is null ? "" : $"; last: {last.Message}";
                throw new TimeoutException($"waited {timeout.TotalSeconds:0.#} s for {what}{because}", last);
            }

            if (elapsed - reminded > Reminder)
            {
                reminded = elapsed;
                PostgresLog.StillWaiting(logger, what, (long)elapsed.TotalSeconds);
            }

            await EndOrPauseAsync(server, pause, cancellationToken);
        }
    }

    /// <summary>Waits until the process has ended or the pause is over.</summary>
    private async Task EndOrPauseAsync(ServerProcess server, TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await server.Exited.WaitAsync(pause, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // It goes on.
        }
    }

    private PostgresToolException Ended() =>
        new($"the postgres process on {directory.Path} ended; "
            + "its last messages are in the keeper's output or in PostgreSQL's own log");
}
