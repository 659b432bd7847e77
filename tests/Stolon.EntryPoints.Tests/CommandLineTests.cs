using Stolon.Hosting;

namespace Stolon.EntryPoints.Tests;

/// <summary>docs/spec/store.md 1.1 at each of the four programs.</summary>
public sealed class CommandLineTests
{
    public static TheoryData<string> Programs => EntryPoint.Names;

    public static TheoryData<string> Daemons => EntryPoint.DaemonNames;

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task The_version_is_one_line_on_standard_output(string program) =>
        Assert.Equal(
            new Ending(0, $"{program} version {ProgramVersion.Text}\n", ""),
            await EntryPoint.RunAsync(program, ["--version"]));

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Help_is_on_standard_output_and_names_every_option(string program)
    {
        var help = await EntryPoint.RunAsync(program, ["--help"]);
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.Equal(help, await EntryPoint.RunAsync(program, ["-h"]));
        Assert.All(
            EntryPoint.Definitions[program].SharedFlags.Where(f => f.Deprecated is null),
            flag => Assert.Contains($"--{flag.Name}", help.Output));
        Assert.DoesNotContain("--debug ", help.Output);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task An_unknown_flag_is_reported_with_usage_on_standard_error_and_one_fatal_line(string program)
    {
        var ending = await EntryPoint.RunAsync(program, ["--nope=1", "--cluster-name", "c"]);
        Assert.Equal("unknown flag: --nope", ending.Refusal());
        Assert.StartsWith($"Error: unknown flag: --nope\nUsage:\n  {program} [", ending.Error);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Of_invalid_variables_the_last_is_reported_before_anything_else(string program)
    {
        var prefix = Prefix(program);
        var ending = await EntryPoint.RunAsync(program, ["--help", "--nope"], new Dictionary<string, string>
        {
            [prefix + "_STORE_TIMEOUT"] = "soon",
            [prefix + "_STORE_SKIP_TLS_VERIFY"] = "perhaps",
            [prefix + "_BIN"] = "/usr/bin/x",
        });
        Assert.StartsWith($"invalid value \"soon\" for {prefix}_STORE_TIMEOUT: ", ending.Refusal());
        Assert.DoesNotContain("Usage:", ending.Error);
        Assert.DoesNotContain("perhaps", ending.Error);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Options_of_the_root_come_from_the_environment_and_what_is_no_option_is_ignored(string program)
    {
        var prefix = Prefix(program);
        var ending = await EntryPoint.RunAsync(
            program,
            program == EntryPoint.Stolonctl ? ["status"] : [],
            new Dictionary<string, string>
            {
                [prefix + "_DATA_DIR"] = "/nowhere",
                [prefix + "_CLUSTER_NAME"] = "c",
                [prefix + "_STORE_BACKEND"] = "x",
                [prefix + "_BIN"] = "/usr/bin/x",
                [prefix + "_LOG_LEVEL"] = "",
            });
        Assert.Equal(1, ending.Code);
        Assert.EndsWith("Unknown store backend: \"x\"\n", ending.Error);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task A_deprecated_option_works_and_is_noticed_wherever_it_comes_from(string program)
    {
        const string Notice = "Flag --debug has been deprecated, use --log-level=debug instead\n";
        Assert.StartsWith(Notice, (await EntryPoint.RunAsync(program, ["--debug"])).Error);
        var variables = new Dictionary<string, string> { [Prefix(program) + "_DEBUG"] = "t" };
        Assert.StartsWith(Notice, (await EntryPoint.RunAsync(program, [], variables)).Error);
        Assert.DoesNotContain("deprecated", (await EntryPoint.RunAsync(program, [])).Error);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task Words_that_are_no_options_are_ignored_by_daemons(string program)
    {
        var ending = await EntryPoint.RunAsync(program, ["help", "--cluster-name", "c", "status", "--", "--nope"]);
        Assert.DoesNotContain("unknown", ending.Refusal());
        Assert.DoesNotContain("Usage", ending.Error);
    }

    [Theory]
    [MemberData(nameof(Daemons))]
    public async Task Colour_follows_the_option_also_in_the_fatal_line(string program)
    {
        Assert.DoesNotContain("\e[", (await EntryPoint.RunAsync(program, [])).Error);
        Assert.Contains("\t\e[31mFATAL\e[0m\t", (await EntryPoint.RunAsync(program, ["--log-color"])).Error);
        var variables = new Dictionary<string, string> { [Prefix(program) + "_LOG_COLOR"] = "1" };
        Assert.Contains("\t\e[31mFATAL\e[0m\t", (await EntryPoint.RunAsync(program, [], variables)).Error);
    }

    [Fact]
    public async Task An_unknown_command_of_stolonctl_is_an_error()
    {
        var ending = await EntryPoint.RunAsync("stolonctl", ["nope"]);
        Assert.Equal("unknown command \"nope\" for \"stolonctl\"", ending.Refusal());
    }

    [Fact]
    public async Task Register_has_a_version_of_its_own() =>
        Assert.Equal(
            new Ending(0, $"register version {ProgramVersion.Text}\n", ""),
            await EntryPoint.RunAsync("stolonctl", ["register", "--version"]));

    private static string Prefix(string program) => EntryPoint.Definitions[program].EnvironmentPrefix!;
}
