namespace Stolon;

/// <summary>The name by which this program was started: <c>stolon</c>, or that of a link to it.</summary>
internal static class ProgramName
{
    private const string CommandLine = "/proc/self/cmdline";

    /// <returns>The name without its directory; empty: unknown.</returns>
    /// <remarks>Not <see cref="Environment.ProcessPath"/>, which is the target of the link.</remarks>
    public static string OfThisProcess()
    {
        try
        {
            var first = File.ReadAllText(CommandLine).Split('\0')[0];
            return Path.GetFileName(first);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.GetFileName(Environment.GetCommandLineArgs()[0]);
        }
    }
}
