using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Model;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Tools;

/// <summary>Runs programs to their end, with bounded output, and never leaves one running.</summary>
internal sealed class Tool(Binaries binaries, string dataDirectory, TimeProvider time, ILogger logger)
{
    /// <summary>How many of its last lines a failure quotes.</summary>
    private const int QuotedLines = 8;

    /// <summary>A grandchild may keep the output open after its parent's end; then we stop reading.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan CommandPoll = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc cref="Binaries.Find"/>
    public string Find(string program) => binaries.Find(program);

    /// <summary>Runs it and gives what it wrote to standard output.</summary>
    /// <exception cref="PostgresToolException">Not started, or exit code not 0; ends with its last lines.</exception>
    /// <exception cref="TimeoutException">It took longer than its time limit and was killed.</exception>
    public async Task<string> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        var output = new OutputTail(line => PostgresLog.ToolOutput(logger, command.Program, line));
        var errors = new OutputTail(line => PostgresLog.ToolOutput(logger, command.Program, line));
        var exitCode = await RunAsync(command, output, errors, cancellationToken);
        return exitCode == 0
            ? string.Join('\n', output.Lines)
            : throw new PostgresToolException(Failure(command, exitCode, errors, output));
    }

    /// <summary>Runs it and gives the lines it wrote to standard error, whatever its exit code.</summary>
    /// <exception cref="PostgresToolException">Not started.</exception>
    /// <exception cref="TimeoutException">It took longer than its time limit and was killed.</exception>
    public async Task<IReadOnlyCollection<string>> ErrorsOfAsync(
        ToolCommand command, CancellationToken cancellationToken)
    {
        var errors = new OutputTail(_ => { });
        await RunAsync(command, new OutputTail(_ => { }), errors, cancellationToken);
        return errors.Lines;
    }

    private async Task<int> RunAsync(
        ToolCommand command, OutputTail output, OutputTail errors, CancellationToken cancellationToken)
    {
        using var process = Start(command);
        process.StandardInput.Close();
        var reading = command.InheritOutput
            ? Task.CompletedTask
            : Task.WhenAll(output.ReadAsync(process.StandardOutput), errors.ReadAsync(process.StandardError));
        await WaitAsync(process, command, cancellationToken);
        await Task.WhenAny(reading, Task.Delay(OutputGrace, time, cancellationToken));
        return process.ExitCode;
    }

    private Process Start(ToolCommand command)
    {
        var program = Path.IsPathRooted(command.Program) ? command.Program : binaries.Find(command.Program);
        var start = new ProcessStartInfo(program, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = !command.InheritOutput,
            RedirectStandardError = !command.InheritOutput,
        };
        start.Environment.Clear();
        foreach (var (name, value) in ToolEnvironment.ForTool(command, dataDirectory))
        {
            start.Environment[name] = value;
        }

        var arguments = string.Join(' ', command.Arguments);
        PostgresLog.RunningTool(logger, program, arguments);
        try
        {
            return Process.Start(start) ?? throw new PostgresToolException($"cannot start {program}");
        }
        catch (Win32Exception e)
        {
            throw new PostgresToolException($"cannot start {program}: {e.Message}", e);
        }
    }

    private async Task WaitAsync(Process process, ToolCommand command, CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(command.Timeout ?? Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            if (command.CommandLimit is { } limit)
            {
                await WaitWithCommandsAsync(process, command, limit, either.Token);
            }

            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException(
                $"{command.Program} took longer than {command.Timeout?.TotalSeconds:0.#} s and was killed", e);
        }
    }

    /// <summary>Kills the tool when a command that it runs does not end. PostgreSQL's own programs have no
    /// limit.</summary>
    private async Task WaitWithCommandsAsync(
        Process process, ToolCommand command, TimeSpan limit, CancellationToken cancellationToken)
    {
        while (!process.HasExited)
        {
            if (ProcTree.ChildrenOf(process.Id).FirstOrDefault(id => RunsTooLong(id, limit)) is > 0 and var hanging)
            {
                var program = ProcTree.ProgramOf(ProcTree.With(hanging)[^1]);
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
                throw new PostgresToolException(
                    $"{command.Program} was ended: it waited for its restore_command ({program}), which ran for more "
                    + $"than {limit.TotalSeconds:0} s")
                {
                    Subject = ComplaintSubject.Command,
                };
            }

            await Task.Delay(CommandPoll, time, cancellationToken);
        }
    }

    private static bool RunsTooLong(int id, TimeSpan limit) => ProcTree.AgeOf(id) > limit
        && !ProcTree.With(id).Any(below => ProcTree.ProgramOf(below) == "postgres");

    private static string Failure(ToolCommand command, int exitCode, OutputTail errors, OutputTail output)
    {
        var said = errors.Lines.Count > 0 ? errors.Lines : output.Lines;
        var what = $"{Path.GetFileName(command.Program)} failed with exit code {exitCode}";
        return command.InheritOutput ? $"{what}; its messages are in the keeper's output"
            : $"{what}: {string.Join("; ", said.Where(l => !IsProgress(l)).TakeLast(QuotedLines))}";
    }

    /// <summary>Whether a line is one of <c>pg_basebackup -P</c>, as in "16538/24294 kB (68%), 0/1 tablespace": after
    /// an error of its WAL receiver it continues to print them, and they would push the error out.</summary>
    private static bool IsProgress(string line) =>
        line.AsSpan().TrimStart() is [>= '0' and <= '9', ..] && line.Contains(" kB (", StringComparison.Ordinal);
}
