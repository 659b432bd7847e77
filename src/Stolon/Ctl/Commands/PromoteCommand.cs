using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl promote</c>: turns a standby cluster into one that accepts writes (docs/spec/stolonctl.md
/// 8).</summary>
internal static class PromoteCommand
{
    private const string Yes = "yes";

    public static ValueList<FlagDefinition> Flags { get; } =
        [FlagDefinition.Switch(Yes, false, "don't ask for confirmation") with { Shorthand = 'y' }];

    public static async Task<int> RunAsync(CtlContext context, CancellationToken cancellationToken)
    {
        if (!context.Command.Switch(Yes) && !await Confirmation.AskAsync(context, cancellationToken))
        {
            return ExitCode.Success;
        }

        if (!await ClusterDataAccess.ChangeAsync(context.Store, Promoted, cancellationToken))
        {
            await context.Error.WriteAsync((OriginalTexts.AlreadyPrimary + "\n").AsMemory(), cancellationToken);
        }

        return ExitCode.Success;
    }

    private static ClusterData? Promoted(ClusterData data) =>
        ClusterSettings.From(data.Cluster.Spec).Role == ClusterRole.Primary
            ? null
            : SpecChange.Apply(data, data.Cluster.Spec with { Role = ClusterRole.Primary });
}
