using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl clusterdata read</c> and <c>write</c>: to move a cluster to another store
/// (docs/spec/stolonctl.md 6).</summary>
internal static class ClusterDataCommands
{
    private const string File = "file";
    private const string Yes = "yes";
    private const string Pretty = "pretty";

    public static ValueList<FlagDefinition> ReadFlags { get; } =
        [FlagDefinition.Switch(Pretty, false, "indent the document")];

    public static ValueList<FlagDefinition> WriteFlags { get; } =
    [
        FlagDefinition.Text(File, "-", "file with the cluster data, - for standard input") with { Shorthand = 'f' },
        FlagDefinition.Switch(Yes, false, "replace existing cluster data") with { Shorthand = 'y' },
    ];

    public static async Task<int> ReadAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var data = (await ClusterDataAccess.LoadAsync(context.Store, cancellationToken)).Data;
        var text = context.Command.Switch(Pretty) ? WireFormat.WriteIndented(data) : WireFormat.Write(data);
        await context.Output.WriteAsync((Encoding.UTF8.GetString(text) + "\n").AsMemory(), cancellationToken);
        return ExitCode.Success;
    }

    public static async Task<int> WriteAsync(CtlContext context, CancellationToken cancellationToken)
    {
        var file = context.Command.Text(File) is { Length: > 0 } given ? given : "-";
        var data = Decode(await InputText.ReadAsync(context, file, cancellationToken));
        if (await context.Store.ReadAsync(cancellationToken) is not ClusterDataRead.Absent)
        {
            if (!context.Command.Switch(Yes))
            {
                throw new FatalException("WARNING: cluster data already available use --yes to override");
            }

            await context.Output.WriteAsync(
                "WARNING: The current cluster data will be removed\n".AsMemory(), cancellationToken);
        }

        await context.Store.PutAsync(data, cancellationToken);
        await context.Output.WriteAsync(
            "successfully wrote cluster data into the new store\n".AsMemory(), cancellationToken);
        return ExitCode.Success;
    }

    private static ClusterData Decode(string text)
    {
        try
        {
            return WireFormat.ReadClusterData(Encoding.UTF8.GetBytes(text))
                ?? throw new FatalException("invalid cluster data: is null");
        }
        catch (WireFormatException e)
        {
            throw new FatalException(
                $"invalid cluster data: {(e.Path.Length == 0 ? "" : e.Path + ": ")}{e.Problem}");
        }
    }
}
