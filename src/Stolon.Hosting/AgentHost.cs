using Microsoft.Extensions.Logging;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Logging;
using Stolon.Hosting.Metrics;
using Stolon.Hosting.Options;

namespace Stolon.Hosting;

/// <summary>Runs a program from its arguments to its exit code: 0, or 1 when it could not start or failed.</summary>
/// <remarks>The only place that catches every exception. One that gets here is a bug of ours: it is logged with its
/// stack and ends the process.</remarks>
public static class AgentHost
{
    /// <summary>Runs keeper, sentinel or proxy until SIGINT or SIGTERM.</summary>
    public static Task<int> RunAsync(AgentProgram program, IReadOnlyList<string> arguments) =>
        RunAsync(program, arguments, ProcessEnvironment.OfThisProcess());

    public static async Task<int> RunAsync(
        AgentProgram program, IReadOnlyList<string> arguments, ProcessEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(environment);
        using var logs = new ConsoleLoggerFactory(environment.Error, environment.Time);
        var logger = logs.CreateLogger(typeof(AgentHost).FullName!);
        var manager = ServiceManager.Of(environment);
        using var shutdown = new Shutdown(signal =>
        {
            HostingLog.Stopping(logger, signal);
            manager.Notify(ServiceManager.Stopping);
        });
        try
        {
            if (Parse(program.Command, arguments, environment) is not { } command)
            {
                return ExitCode.Success;
            }

            logs.Options = LoggingOptions.Read(command, environment.ErrorIsTerminal);
            using var metrics = new MetricsCollector();
            var start = new AgentStart
            {
                Command = command,
                Logs = logs,
                Time = environment.Time,
                Ids = new SystemIdSource(),
            };
            var agent = await program.ComposeAsync(start, shutdown.Token);
            await using var server = await ServeMetricsAsync(program, agent, metrics, start, shutdown.Token);
            manager.Notify(ServiceManager.Ready);
            await agent.RunAsync(shutdown.Token);
            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
        catch (FatalException e)
        {
            LogFatal(logger, e);
            return ExitCode.Failure;
        }
        catch (MetricsListenException e)
        {
            HostingLog.MetricsServerFailed(logger, e);
            return ExitCode.Success;
        }
        catch (Exception e)
        {
            LogUnexpected(logger, e);
            return ExitCode.Failure;
        }
    }

    /// <summary>Runs stolonctl: results on standard output, errors as one line on standard error.</summary>
    /// <param name="run">Returns the exit code; a <see cref="FatalException"/> becomes the line on standard
    /// error.</param>
    public static Task<int> RunCommandAsync(
        CommandDefinition root, IReadOnlyList<string> arguments,
        Func<ParsedCommand, ProcessEnvironment, CancellationToken, Task<int>> run) =>
        RunCommandAsync(root, arguments, run, ProcessEnvironment.OfThisProcess());

    public static async Task<int> RunCommandAsync(
        CommandDefinition root, IReadOnlyList<string> arguments,
        Func<ParsedCommand, ProcessEnvironment, CancellationToken, Task<int>> run, ProcessEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(environment);
        ParsedCommand? command = null;
        try
        {
            command = Parse(root, arguments, environment);
            return command is null ? ExitCode.Success : await run(command, environment, CancellationToken.None);
        }
        catch (FatalException e) when (command is not null)
        {
            ProcessEnvironment.Write(environment.Error, LogLine.Describe(e) + "\n");
            return ExitCode.Failure;
        }
        catch (Exception e)
        {
            using var logs = new ConsoleLoggerFactory(environment.Error, environment.Time);
            var logger = logs.CreateLogger(typeof(AgentHost).FullName!);
            if (e is FatalException)
            {
                LogFatal(logger, e);
            }
            else
            {
                LogUnexpected(logger, e);
            }

            return ExitCode.Failure;
        }
    }

    private static async Task<MetricsServer?> ServeMetricsAsync(
        AgentProgram program, Agent agent, MetricsCollector metrics, AgentStart start, CancellationToken stopping)
    {
        if (agent.Common.MetricsListenAddress is not { } address)
        {
            return null;
        }

        StolonMetrics.Declare(metrics, program.Component, agent.Common.ClusterName);
        try
        {
            var logger = start.Logs.CreateLogger(typeof(MetricsServer).FullName!);
            return await MetricsServer.StartAsync(address, metrics.Render, start.Time, logger, stopping);
        }
        catch (MetricsListenException e) when (program.MetricsFailureIsFatal)
        {
            throw new FatalException(e.Message, e);
        }
    }

    private static void LogFatal(ILogger logger, Exception exception)
    {
        var reason = LogLine.Describe(exception);
        HostingLog.Fatal(logger, reason);
    }

    private static void LogUnexpected(ILogger logger, Exception exception)
    {
        var type = exception.GetType().ToString();
        var stack = exception.ToString();
        HostingLog.Unexpected(logger, type, stack, exception);
    }

    /// <summary>The command to run; null when help or the version was requested and has been printed.</summary>
    /// <exception cref="FatalException">The arguments are refused; the usage has been printed.</exception>
    private static ParsedCommand? Parse(
        CommandDefinition root, IReadOnlyList<string> arguments, ProcessEnvironment environment)
    {
        var outcome = CommandLineParser.Parse(root, arguments, environment.Variable);
        foreach (var notice in outcome.Notices)
        {
            ProcessEnvironment.Write(environment.Error, notice + "\n");
        }

        return outcome.Match<ParsedCommand?>(
            run => run.Command,
            print =>
            {
                ProcessEnvironment.Write(environment.Output, print.Text);
                return null;
            },
            refuse =>
            {
                ProcessEnvironment.Write(environment.Error, refuse.Explanation);
                throw new FatalException(refuse.Error);
            });
    }
}
