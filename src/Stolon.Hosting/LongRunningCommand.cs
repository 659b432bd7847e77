using Microsoft.Extensions.Logging;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting;

/// <summary>A command of stolonctl that runs until stopped, and logs as the agents do.</summary>
public static class LongRunningCommand
{
    /// <summary>Runs until SIGINT or SIGTERM, with exit code 0.</summary>
    /// <exception cref="FatalException">There is no such log level.</exception>
    public static async Task<int> RunAsync(
        ParsedCommand command, ProcessEnvironment environment, Func<ILoggerFactory, CancellationToken, Task> run)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(run);
        using var logs = new ConsoleLoggerFactory(environment.Error, environment.Time)
        {
            Options = LoggingOptions.Read(command, environment.ErrorIsTerminal),
        };
        var logger = logs.CreateLogger(typeof(LongRunningCommand).FullName!);
        using var shutdown = new Shutdown(signal => HostingLog.Stopping(logger, signal));
        try
        {
            await run(logs, shutdown.Token);
        }
        catch (OperationCanceledException) when (shutdown.Token.IsCancellationRequested)
        {
            // Stopped by a signal.
        }

        return ExitCode.Success;
    }
}
