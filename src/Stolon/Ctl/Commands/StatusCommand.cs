using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Ctl.Status;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

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
        var keepers = await context.Store.ReadKeepersAsync(cancellationToken);
        var found = await LoadAsync(context, keepers, cancellationToken);
        return StatusReport.From(found.Data, leader, sentinels, proxies.Values, keepers);
    }

    /// <summary>Where keepers hold data and the store has none, it was lost or is a wrong one: that is said.</summary>
    private static async Task<ClusterDataRead.Found> LoadAsync(
        CtlContext context, ValueMap<KeeperUid, KeeperReport> keepers, CancellationToken cancellationToken)
    {
        try
        {
            return await ClusterDataAccess.LoadAsync(context.Store, cancellationToken);
        }
        catch (FatalException e) when (DataAtRisk.Held(keepers) is { IsEmpty: false } held)
        {
            var holders = string.Concat(held.Select(h => $"; keeper {h.Key} holds {h.Value}"));
            throw new FatalException($"{e.Message}{holders}; {DataAtRisk.Advice(held)}");
        }
    }
}
