using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Ctl.Status;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire.Go;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl status</c> (docs/spec/stolonctl.md 5).</summary>
internal static class StatusCommand
{
    private const string Format = "format";
    private const string Wait = "wait";
    private const string Timeout = "timeout";
    private const string MinKeepers = "min-keepers";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    public static ValueList<FlagDefinition> Flags { get; } =
    [
        FlagDefinition.Text(Format, "", "output format: text (also when empty) or json") with { Shorthand = 'f' },
        FlagDefinition.Text(
            Wait, "", "\"healthy\": before the output, wait until a sentinel leads, a primary is elected, every "
            + "PostgreSQL is healthy and has carried out its specification, no standby is missing that a keeper "
            + "without data could be, and every running proxy forwards to the primary; else fail, and name what is "
            + "missing"),
        FlagDefinition.Duration(Timeout, TimeSpan.FromMinutes(1), "how long --wait waits, 0 for no limit"),
        FlagDefinition.Number(
            MinKeepers, 0, "how many keepers must have a PostgreSQL at least for --wait healthy"),
    ];

    public static async Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var json = context.Command.Text(Format) switch
        {
            "" or "text" => false,
            "json" => true,
            var format => throw new FatalException($"unrecognised output format {format}"),
        };
        switch (context.Command.Text(Wait))
        {
            case "":
                break;
            case "healthy":
                await WaitAsync(context, cancellationToken);
                break;
            case var condition:
                throw new FatalException($"--{Wait} must be healthy, not \"{condition}\"");
        }

        return json ? await JsonAsync(context, cancellationToken) : await TextAsync(context, cancellationToken);
    }

    /// <exception cref="FatalException">The cluster is not healthy in time; the message names what is
    /// missing.</exception>
    private static async Task WaitAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var limit = context.Command.Duration(Timeout);
        var start = context.Time.GetTimestamp();
        while (await MissingAsync(context, cancellationToken) is { Count: > 0 } missing)
        {
            if (limit > TimeSpan.Zero && context.Time.GetElapsedTime(start) >= limit)
            {
                throw new FatalException(
                    $"the cluster is not healthy after {GoDuration.Format(limit)}: {string.Join("; ", missing)}");
            }

            await Task.Delay(PollInterval, context.Time, cancellationToken);
        }
    }

    /// <summary>A store that fails, or without cluster data, may be healthy at the next poll.</summary>
    /// <exception cref="FatalException">The cluster data cannot be used, and waiting does not change that.</exception>
    private static async Task<IReadOnlyList<string>> MissingAsync(
        CtlContext context, CancellationToken cancellationToken)
    {
        try
        {
            var leader = await context.Election.LeaderAsync(cancellationToken);
            var proxies = await context.Store.ReadProxiesAsync(cancellationToken);
            var minKeepers = context.Command.Number(MinKeepers);
            return (await context.Store.ReadAsync(cancellationToken)).Match<IReadOnlyList<string>>(
                _ => ["no cluster data available"],
                found => [.. ClusterHealth.Missing(found.Data, leader, proxies.Values, minKeepers)],
                unusable => throw new FatalException(unusable.Problem));
        }
        catch (StoreUnavailableException e)
        {
            return [e.Message];
        }
    }

    private static async Task<int> TextAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var report = await GatherAsync(context, cancellationToken);
        await context.Output.WriteAsync(StatusText.Render(report).AsMemory(), cancellationToken);
        return ExitCode.Success;
    }

    /// <summary>After an error the output is <c>{}</c> and the exit code 0, on which the original's scripts may rely.
    /// The error goes to standard error, where the original wrote nothing.</summary>
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

    /// <summary>If keepers hold data and the store has no cluster data, the store was lost or is the wrong one; the
    /// message contains that.</summary>
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
