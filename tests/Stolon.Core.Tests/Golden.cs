namespace Stolon.Core.Tests;

/// <summary>Files written by the original programs (tests/Golden).</summary>
internal static class Golden
{
    internal static string Text(string file) =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "files", file));

    internal static string[] Lines(string file) => Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
