using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Ctl.Commands;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;
using Stolon.Hosting.Stores;

namespace Stolon.Ctl;

/// <summary>The program <c>stolonctl</c>, from its arguments to its exit code (docs/spec/stolonctl.md).</summary>
internal static class Stolonctl
{
    /// <param name="input">Standard input: confirmations, and files named <c>-</c>.</param>
    /// <param name="open">Opens the store; called only for commands that use it.</param>
    public static Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        ProcessEnvironment environment,
        Stream input,
        Func<CommonOptions, TimeProvider, StoreConnection> open) =>
        AgentHost.RunCommandAsync(
            CtlCommands.Root,
            arguments,
            (command, found, cancellationToken) => RunAsync(command, found, input, open, cancellationToken),
            environment);

    /// <summary>The configured store; stolonctl logs nothing about it.</summary>
    public static StoreConnection OpenStore(CommonOptions options, TimeProvider time) =>
        StoreConnection.Open(options, time, NullLogger.Instance);

    private static async Task<int> RunAsync(
        ParsedCommand command,
        ProcessEnvironment environment,
        Stream input,
        Func<CommonOptions, TimeProvider, StoreConnection> open,
        CancellationToken cancellationToken)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        await using var output = new StreamWriter(environment.Output, utf8, leaveOpen: true) { AutoFlush = true };
        await using var error = new StreamWriter(environment.Error, utf8, leaveOpen: true) { AutoFlush = true };
        using var reader = new StreamReader(input, utf8, leaveOpen: true);
        if (command.Path is [_, VersionCommand.Name])
        {
            return await VersionCommand.RunAsync(output, cancellationToken);
        }

        var options = CommonOptions.ReadValid(command);
        var task = CtlCommands.Find(command.Path);
        task.Check(command.Arguments);
        using var connection = open(options, environment.Time);
        var context = new CtlContext
        {
            Command = command,
            Store = connection.Store,
            Election = connection.Election,
            Input = reader,
            Output = output,
            Error = error,
            Time = environment.Time,
            ProcessEnvironment = environment,
            Ids = new SystemIdSource(),
        };
        try
        {
            return await task.RunAsync(context, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            throw new FatalException("store error", e);
        }
    }
}
