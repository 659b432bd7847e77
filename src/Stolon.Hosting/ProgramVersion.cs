using System.Reflection;

namespace Stolon.Hosting;

/// <summary>The version that <c>--version</c> prints, fixed at build time (docs/spec/stolonctl.md 10).</summary>
public static class ProgramVersion
{
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion ?? "No version defined at build time";
}
