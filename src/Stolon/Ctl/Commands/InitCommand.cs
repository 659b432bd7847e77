using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl init</c>: writes the cluster data of a new cluster (docs/spec/stolonctl.md 2).</summary>
internal static class InitCommand
{
    private const string File = "file";
    private const string Yes = "yes";
    private const string DefaultSpec = """{"initMode":"new"}""";

    public static ValueList<FlagDefinition> Flags { get; } =
    [
        FlagDefinition.Text(File, "", "file with the complete cluster specification, - for standard input")
            with { Shorthand = 'f' },
        FlagDefinition.Switch(Yes, false, "don't ask for confirmation") with { Shorthand = 'y' },
    ];

    public static async Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var text = context.Command switch
        {
            { Arguments: [var argument, ..] } => argument,
            var command when command.Text(File) is { Length: > 0 } file =>
                await InputText.ReadAsync(context, file, cancellationToken),
            _ => DefaultSpec,
        };
        var current = await context.Store.ReadAsync(cancellationToken);
        var held = DataAtRisk.Held(await context.Store.ReadKeepersAsync(cancellationToken));
        var warnings = (current is ClusterDataRead.Absent ? "" : "WARNING: The current cluster data will be removed\n")
            + string.Concat(held.Select(h => $"WARNING: keeper {h.Key} holds {h.Value}\n"))
            + "WARNING: The databases managed by the keepers will be overwritten "
            + "depending on the provided cluster spec.\n";
        await context.Output.WriteAsync(warnings.AsMemory(), cancellationToken);
        await SpecWarnings.LogAsync(context, text, cancellationToken);
        if (!context.Command.Switch(Yes) && !await Confirmation.AskAsync(context, cancellationToken))
        {
            return ExitCode.Success;
        }

        var spec = Valid(text);
        // The question may have waited for hours: check that the store still answers.
        await context.Store.ReadAsync(cancellationToken);
        var now = new WallTime(context.Time.GetUtcNow());
        var data = ClusterData.New(new ClusterUid(context.Ids.NextUid()), spec, now);
        var replaced = current is ClusterDataRead.Found found ? found.Data.Cluster.Uid : (ClusterUid?)null;
        data = data with
        {
            Cluster = data.Cluster with { Consent = OverwriteConsent.For(now, replaced, held.Values) },
        };
        await context.Store.PutAsync(data, cancellationToken);
        return ExitCode.Success;
    }

    private static ClusterSpec Valid(string text)
    {
        try
        {
            var spec = SpecJson.Decode(text);
            var problems = ClusterSpecRules.Problems(spec).ToList();
            return problems.Count == 0
                ? spec
                : throw new FatalException("invalid cluster spec: " + string.Join("; ", problems));
        }
        catch (WireFormatException e)
        {
            throw new FatalException("invalid cluster spec: " + SpecProblem.Describe(e));
        }
    }
}
