using System.ComponentModel;
using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>Starts, stops, reloads and promotes the server, and waits for it (keeper.md 5.4).</summary>
internal sealed class ServerControl(
    PostgresOptions options, DataDirectory directory, ServerTracker tracker, LocalServer local, Tool tool,
    TimeProvider time, ILogger logger)
{
    /// <summary>The server takes its data directory at once; recovery comes after that.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>Reading the files is a matter of milliseconds.</summary>
    private static readonly TimeSpan ReloadLimit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReadyQuery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(10);

    private readonly ConfigurationFiles _files = new(directory);

    public async Task StartAsync(
        PostgresVersion version, ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        if (tracker.Find() is { } running)
        {
            throw new PostgresToolException($"postgres already runs on {directory.Path} as process {running.Id}");
        }

        directory.RequireVersion(version, tool.Find("postgres"));
        _files.Write(version, configuration, temporary);
        _files.DisableAlterSystem();
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
        await WaitAsync(
            server,
            "postgres to take its data directory and port",
            StartLimit,
            Poll,
            () => Task.FromResult(tracker.PortOf(server) > 0),
            cancellationToken);
        PostgresLog.Started(logger, server.Id);
    }

    /// <summary>Fast mode, and no limit: a shutdown checkpoint takes what it takes, and killing would mean
    /// recovery.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (tracker.Find() is not { } server)
        {
            return;
        }

        PostgresLog.Stopping(logger, server.Id);
        var started = time.GetTimestamp();

        // SIGINT is fast shutdown (manual, "Shutting Down the Server"), what pg_ctl sends as well.
        server.Signal(Libc.SignalInterrupt);
        while (!await EndsWithinAsync(server, Reminder, cancellationToken))
        {
            var seconds = SecondsSince(started);
            PostgresLog.StillStopping(logger, server.Id, seconds);
        }

        var took = SecondsSince(started);
        PostgresLog.Stopped(logger, took);
    }

    /// <summary>Returns when the server has read the new files, so that what follows happens under them; one that does
    /// not answer, or finds a mistake in them, is not waited for.</summary>
    public async Task ReloadAsync(
        PostgresVersion version, ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        var before = await AnswerAsync(server, ServerQuestions.TimeAsync, cancellationToken);
        _files.Write(version, configuration, temporary: false);

        // SIGHUP is what pg_ctl reload sends.
        if (!server.Signal(Libc.SignalHangUp))
        {
            throw Ended();
        }

        var started = time.GetTimestamp();
        while (before is not null && await AnswerAsync(server, Taken, cancellationToken) is "no")
        {
            if (time.GetElapsedTime(started) > ReloadLimit)
            {
                PostgresLog.ConfigurationNotTaken(logger);
                return;
            }

            await EndsWithinAsync(server, Poll, cancellationToken);
        }

        await AnswerAsync(server, ServerQuestions.MakeStandbysAnswerAsync, cancellationToken);

        Task<string> Taken(NpgsqlConnection connection, CancellationToken token) =>
            ServerQuestions.TookConfigurationSinceAsync(connection, before, token);
    }

    public async Task PromoteAsync(
        PostgresVersion version, ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var server = Running();
        await tool.RunAsync(new ToolCommand("pg_ctl", ["promote", "-w", "-D", directory.Path]), cancellationToken);
        await WaitAsync(
            server,
            "postgres to take writes after its promotion",
            options.RequestTimeout,
            ReadyPoll,
            async () => !await local.AskAsync(
                "promotion", server, PortOf(server), ReadyQuery, ServerQuestions.IsInRecoveryAsync, cancellationToken),
            cancellationToken);
        PostgresLog.Promoted(logger);
        await ReloadAsync(version, configuration, cancellationToken);
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
                await local.AskAsync(
                    "ready", server, PortOf(server), ReadyQuery, ServerQuestions.IsInRecoveryAsync, cancellationToken);
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

    /// <summary>The server that runs, or an exception.</summary>
    public ServerProcess Running() =>
        tracker.Find() ?? throw new PostgresToolException($"postgres does not run on {directory.Path}");

    /// <summary>The port it was started with, or an exception.</summary>
    public int PortOf(ServerProcess server) => tracker.PortOf(server) is > 0 and var port ? port
        : throw new PostgresToolException("postgres has not written its port yet");

    /// <summary>Null: it did not answer.</summary>
    private async Task<string?> AnswerAsync(
        ServerProcess server, Func<NpgsqlConnection, CancellationToken, Task<string>> question,
        CancellationToken cancellationToken)
    {
        try
        {
            return await local.AskAsync(
                "reload", server, PortOf(server), ReadyQuery, question, cancellationToken);
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            return null;
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

    /// <summary>Asks until it holds; a question that fails is asked again. The server's end ends the waiting at
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

            await EndsWithinAsync(server, pause, cancellationToken);
        }
    }

    /// <summary>True as soon as the process has ended; false when it has not within the time.</summary>
    private async Task<bool> EndsWithinAsync(ServerProcess server, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            await server.Exited.WaitAsync(limit, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private PostgresToolException Ended() =>
        new($"the postgres process on {directory.Path} ended; "
            + "what it said last is in the keeper's output or in PostgreSQL's own log");

    private long SecondsSince(long started) => (long)time.GetElapsedTime(started).TotalSeconds;
}
