using Stolon.Core.Common;
using Stolon.Ctl.Status;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Ports.Store;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl status</c> (stolonctl.md 5).</summary>
internal static class StatusCommand
{
    private const string Format = "format";

    public static ValueList<FlagDefinition> Flags { get; } =
        [FlagDefinition.Text(Format, "", "output format: text (also when empty) or json") with { Shorthand = 'f' }];

    public static Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken) =>
        context.Command.Text(Format) switch
        {
            "" or "text" => TextAsync(context, cancellationToken),
            "json" => JsonAsync(context, cancellationToken),
            var format => throw new FatalException($"unrecognised output format {format}"),
        };

    private static async Task<int> TextAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var report = await GatherAsync(context, cancellationToken);
        await context.Output.WriteAsync(StatusText.Render(report).AsMemory(), cancellationToken);
        return ExitCode.Success;
    }

    /// <summary>An error leaves <c>{}</c> and exit code 0, on which scripts of the original may rely; what it was
    /// goes to
    /// standard error, where the original said nothing.</summary>
    private static async Task<int> JsonAsync(CtlContext context, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = StatusRendering.Json(await GatherAsync(context, cancellationToken));
        }
        catch (Exception e) when (e is FatalException or StoreUnavailableException)
        {
            await context.Error.WriteAsync((e.Message + "\n").AsMemory(), cancellationToken);
            text = "{}";
        }

        await context.Output.WriteAsync((text + "\n").AsMemory(), cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<StatusReport> GatherAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var leader = await context.Election.LeaderAsync(cancellationToken);
        var sentinels = await context.Store.ReadSentinelsAsync(cancellationToken);
        var proxies = await context.Store.ReadProxiesAsync(cancellationToken);
        var found = await ClusterDataAccess.LoadAsync(context.Store, cancellationToken);
        var keepers = await context.Store.ReadKeepersAsync(cancellationToken);
        return StatusReport.From(found.Data, leader, sentinels, proxies.Values, keepers);
    }
}
