namespace Stolon.EntryPoints.Tests;

/// <summary>docs/reference/commands says what the programs take. With <c>STOLON_WRITE_DOCS=1</c> the pages are written
/// instead of compared.</summary>
public sealed class CommandPageTests
{
    private const string WriteVariable = "STOLON_WRITE_DOCS";

    public static TheoryData<string> Programs => EntryPoint.Names;

    [Theory]
    [MemberData(nameof(Programs))]
    public void The_page_of_a_program_is_fresh(string program)
    {
        var path = Path.Combine(Folder(), program + ".md");
        var page = CommandPage.Of(EntryPoint.Definitions[program]);
        if (Environment.GetEnvironmentVariable(WriteVariable) is "1")
        {
            Directory.CreateDirectory(Folder());
            File.WriteAllText(path, page);
        }

        var written = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(
            page == written, $"{path} is stale: run this test with {WriteVariable}=1 and commit what it writes");
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_option_says_what_it_means(string program) =>
        Assert.All(
            EntryPoint.Definitions[program].SharedFlags,
            flag => Assert.True(flag.Help.Length > 5, $"--{flag.Name}: \"{flag.Help}\""));

    private static string Folder()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Stolon.slnx")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new DirectoryNotFoundException("not inside the repository");
        }

        return Path.Combine(directory, "docs", "reference", "commands");
    }
}
