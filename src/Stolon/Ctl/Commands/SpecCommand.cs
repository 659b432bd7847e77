using Stolon.Core.Common;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl spec</c>: shows the specification (docs/spec/stolonctl.md 4).</summary>
internal static class SpecCommand
{
    private const string Defaults = "defaults";

    public static ValueList<FlagDefinition> Flags { get; } =
        [FlagDefinition.Switch(Defaults, false, "also show default values")];

    public static async Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var spec = (await ClusterDataAccess.LoadAsync(context.Store, cancellationToken)).Data.Cluster.Spec;
        var text = context.Command.Switch(Defaults) ? SpecJson.EncodeWithDefaults(spec) : SpecJson.Encode(spec);
        await context.Output.WriteAsync((text + "\n").AsMemory(), cancellationToken);
        return ExitCode.Success;
    }
}
