using Stolon.Hosting;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl version</c> (docs/spec/stolonctl.md 10): the only command without required options.</summary>
internal static class VersionCommand
{
    public const string Name = "version";

    public static async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        await output.WriteAsync($"stolonctl version {ProgramVersion.Text}\n".AsMemory(), cancellationToken);
        return ExitCode.Success;
    }
}
