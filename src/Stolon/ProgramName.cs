namespace Stolon;

/// <summary>By which name this program was started: <c>stolon</c>, or that of a link to it.</summary>
internal static class ProgramName
{
    private const string CommandLine = "/proc/self/cmdline";

    /// <returns>The name without its directory; empty: it is not known.</returns>
    /// <remarks>Not <see cref="Environment.ProcessPath"/>, which is the file that a link leads to.</remarks>
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
