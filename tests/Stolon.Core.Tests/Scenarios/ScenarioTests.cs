using System.Runtime.CompilerServices;
using Xunit;

namespace Stolon.Core.Tests.Scenarios;

/// <summary>Every *.scenario has the expected result. With STOLON_REWRITE=1 the files get the present results: read the
/// diff.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Stories =>
        [.. Directory.EnumerateFiles(Folder(), "*.scenario").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    [Theory]
    [MemberData(nameof(Stories))]
    public void A_scenario_has_the_expected_result(string story)
    {
        var file = Path.Combine(Folder(), story + ".scenario");
        var told = File.ReadAllText(file);
        var played = ScenarioRunner.Play(told);
        if (Environment.GetEnvironmentVariable("STOLON_REWRITE") == "1")
        {
            File.WriteAllText(file, played);
            return;
        }

        Assert.Equal(told, played);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
