namespace Stolon.EntryPoints.Tests;

/// <summary>One thing wrong with a command line, and how it is refused.</summary>
/// <param name="Name">For the test's report.</param>
/// <param name="Refusal">What the FATAL line begins with.</param>
/// <param name="Options">What is given instead of the valid options; null = the option is left out.</param>
internal sealed record Fault(string Name, string Refusal, params (string Option, string? Value)[] Options)
{
    /// <summary>False: both set the same option, so they cannot be had at once.</summary>
    public bool GoesWith(Fault other) =>
        !Options.Select(o => o.Option).Intersect(other.Options.Select(o => o.Option)).Any();

    /// <summary>The valid options with these faults.</summary>
    public static IReadOnlyList<string> CommandLine(
        IReadOnlyDictionary<string, string> valid, params IEnumerable<Fault> faults)
    {
        var options = new Dictionary<string, string?>(valid.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value)));
        foreach (var (option, value) in faults.SelectMany(f => f.Options))
        {
            options[option] = value;
        }

        return [.. options.Where(o => o.Value is not null).Select(o => $"--{o.Key}={o.Value}")];
    }

    /// <summary>Each fault alone, and each with each later one: the first is told.</summary>
    public static async Task AreToldInThisOrderAsync(
        string program, IReadOnlyDictionary<string, string> valid, IReadOnlyList<Fault> faults)
    {
        for (var first = 0; first < faults.Count; first++)
        {
            await IsToldAsync(program, faults[first], CommandLine(valid, faults[first]), faults[first].Name);
            foreach (var later in faults.Skip(first + 1).Where(faults[first].GoesWith))
            {
                await IsToldAsync(
                    program, faults[first], CommandLine(valid, faults[first], later),
                    $"{faults[first].Name} before {later.Name}");
            }
        }
    }

    private static async Task IsToldAsync(string program, Fault fault, IReadOnlyList<string> words, string what)
    {
        var reason = (await EntryPoint.RunAsync(program, words)).Refusal();
        Assert.True(reason.StartsWith(fault.Refusal, StringComparison.Ordinal), $"{what}: {reason}");
    }
}
