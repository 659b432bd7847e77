using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl update</c>: replaces or patches the specification (docs/spec/stolonctl.md 3).</summary>
internal static class UpdateCommand
{
    private const string File = "file";
    private const string Patch = "patch";
    private const string Wait = "wait";
    private const string WaitTimeout = "wait-timeout";

    public static ValueList<FlagDefinition> Flags { get; } =
    [
        FlagDefinition.Text(File, "", "file with the complete cluster specification or, with --patch, the patch; "
            + "- for standard input") with { Shorthand = 'f' },
        FlagDefinition.Switch(Patch, false, "merge into the present specification instead of replacing it")
            with { Shorthand = 'p' },
        FlagDefinition.Switch(Wait, false, "wait until every keeper has carried out the new specification; fail, and "
            + "name the keeper, if one has not, or has left out a part of it"),
        FlagDefinition.Duration(WaitTimeout, TimeSpan.FromMinutes(1), "how long --wait waits, 0 for no limit"),
    ];

    public static async Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var text = (context.Command.Arguments, context.Command.Text(File)) switch
        {
            ([], "") => throw new FatalException(
                "no cluster spec provided as argument and no file provided (--file/-f option)"),
            ([_, ..], not "") => throw new FatalException(
                "only one of cluster spec provided as argument or file must be provided (--file/-f option)"),
            ([var argument, ..], _) => argument,
            (_, var file) => await InputText.ReadAsync(context, file, cancellationToken),
        };
        var patch = context.Command.Switch(Patch);
        var wanted = new ClusterSpec();
        await ClusterDataAccess.ChangeAsync(
            context.Store,
            data => SpecChange.Apply(data, wanted = Wanted(data.Cluster.Spec, text, patch)),
            cancellationToken);
        await SpecWarnings.LogAsync(context, text, cancellationToken);
        await SpecWarnings.LogSettingsAsync(context, wanted, cancellationToken);
        if (context.Command.Switch(Wait))
        {
            await SpecificationWait.RunAsync(context, context.Command.Duration(WaitTimeout), cancellationToken);
        }

        return ExitCode.Success;
    }

    private static ClusterSpec Wanted(ClusterSpec present, string text, bool patch)
    {
        try
        {
            return patch ? SpecJson.Merge(present, text) : SpecJson.Decode(text);
        }
        catch (WireFormatException e)
        {
            throw new FatalException(
                $"Cannot update cluster spec: {(patch ? "invalid patch: " : "")}{SpecProblem.Describe(e)}");
        }
    }
}
