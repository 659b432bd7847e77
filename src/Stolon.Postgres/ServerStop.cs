using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>Stops the server and reports what it waits for. Each operator's command and the archiver's last round have
/// a time limit. Nothing else has: a shutdown checkpoint takes as long as it needs, and killing the server would
/// require recovery.</summary>
/// <remarks>A server stops in this order: sessions, the shutdown checkpoint, which the control data then show, the
/// remaining WAL to connected standbys, and the archiver's last round. A command within its limit is never killed,
/// however long the whole shutdown takes: it could leave an incomplete file in the archive, which blocks archiving
/// permanently. Files that were not archived are archived after the next start.</remarks>
internal sealed class ServerStop(
    ServerTracker tracker, ControlDataReader control, ServerProcesses processes, TimeProvider time, ILogger logger)
{
    /// <summary>How long a command, and then the archiver, may continue when nothing waits for the end of the
    /// process.</summary>
    public static readonly TimeSpan UnhurriedLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan HurriedLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Reminder = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private Stopping? _stopping;

    /// <summary>Waits until the process has ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (!(await ShutDownAsync(Reminder, HurriedLimit, cancellationToken)).Ended)
        {
        }
    }

    /// <inheritdoc cref="IPostgres.ShutDownAsync"/>
    /// <param name="limit">How long one operator's command may run after its start and after the stop signal, and how
    /// long the archiver may start further commands when everything else is done.</param>
    public async Task<ShutdownProgress> ShutDownAsync(
        TimeSpan patience, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (tracker.Find() is { } server)
        {
            SignalStop(server);
            var asked = time.GetTimestamp();
            while (!await EndsWithinPollAsync(server, cancellationToken))
            {
                if (!_stopping!.InOrder && await IsShutDownAsync(server, cancellationToken))
                {
                    return InOrder(server);
                }

                EndCommands(server, limit);
                EndArchiver(server, limit);
                if (time.GetElapsedTime(asked) >= patience)
                {
                    return ProgressOf(server);
                }
            }
        }

        return await EndedAsync(cancellationToken);
    }

    private void SignalStop(ServerProcess server)
    {
        if (_stopping?.Server != server)
        {
            PostgresLog.Stopping(logger, server.Id);
            _stopping = new Stopping(server, time.GetTimestamp());

            // SIGINT is fast shutdown (manual, "Shutting Down the Server"), as pg_ctl sends it.
            server.Signal(ProcessCalls.SignalInterrupt);
        }
    }

    /// <summary>The control data show the shutdown before all WAL is sent, so no sender may be left.</summary>
    private async Task<bool> IsShutDownAsync(ServerProcess server, CancellationToken cancellationToken) =>
        !ServerProcesses.MaySend(server)
        && await ReadShutDownStateAsync(server, cancellationToken)
        && !ServerProcesses.MaySend(server);

    private async Task<bool> ReadShutDownStateAsync(ServerProcess? server, CancellationToken cancellationToken)
    {
        control.Forget();
        var (data, _) = await control.ReadAsync(server, cancellationToken);
        control.Forget();
        return data?.State is ControlState.ShutDown or ControlState.ShutDownInRecovery;
    }

    private ShutdownProgress InOrder(ServerProcess server)
    {
        _stopping = _stopping! with { InOrderSince = time.GetTimestamp() };
        var what = DescribeRemaining(server);
        PostgresLog.ShutDownInOrder(logger, server.Id, what);
        return new ShutdownProgress(Ended: false, InOrder: true, what);
    }

    private ShutdownProgress ProgressOf(ServerProcess server)
    {
        var (what, seconds) = (DescribeRemaining(server), SecondsOf(_stopping!));
        PostgresLog.StillStopping(logger, server.Id, seconds, what);
        return new ShutdownProgress(Ended: false, _stopping!.InOrder, what);
    }

    private async Task<ShutdownProgress> EndedAsync(CancellationToken cancellationToken)
    {
        if (_stopping is not { } stopping)
        {
            return new ShutdownProgress(Ended: true, InOrder: false);
        }

        _stopping = null;
        var seconds = SecondsOf(stopping);
        PostgresLog.Stopped(logger, seconds);
        return new ShutdownProgress(
            Ended: true, stopping.InOrder || await ReadShutDownStateAsync(null, cancellationToken));
    }

    private void EndCommands(ServerProcess server, TimeSpan limit)
    {
        if (time.GetElapsedTime(_stopping!.Since) > limit)
        {
            foreach (var command in processes.Commands(server).Where(c => c.Age > limit))
            {
                ServerProcesses.End(command);
                var text = command.ToString();
                PostgresLog.CommandEndedForStop(logger, text);
            }
        }
    }

    /// <summary>It finishes its current command and starts no other.</summary>
    private void EndArchiver(ServerProcess server, TimeSpan limit)
    {
        if (_stopping is { InOrderSince: { } since, ArchiverEnded: false } && time.GetElapsedTime(since) > limit
            && ServerProcesses.EndArchiver(server))
        {
            _stopping = _stopping with { ArchiverEnded = true };
            PostgresLog.ArchiverEndedForStop(logger, (long)limit.TotalSeconds);
        }
    }

    private string DescribeRemaining(ServerProcess server)
    {
        var commands = processes.Commands(server);
        var left = ServerProcesses.Left(server);
        return commands.Count > 0 ? $"it waits for {commands[0]}"
            : left.Count > 0 ? $"these of its processes are still running: {string.Join(", ", left)}"
            : "none of its child processes is running";
    }

    private async Task<bool> EndsWithinPollAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        try
        {
            await server.Exited.WaitAsync(Poll, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private long SecondsOf(Stopping stopping) => (long)time.GetElapsedTime(stopping.Since).TotalSeconds;

    private sealed record Stopping(ServerProcess Server, long Since)
    {
        /// <summary>Since when all WAL is written and sent; null: not yet.</summary>
        public long? InOrderSince { get; init; }

        public bool InOrder => InOrderSince is not null;

        public bool ArchiverEnded { get; init; }
    }
}
