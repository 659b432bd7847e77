using System.Text;
using Stolon.Hosting;

namespace Stolon.EntryPoints.Tests;

/// <summary>One program, four names.</summary>
public sealed class RolesTests
{
    [Theory]
    [InlineData("stolon-keeper", "")]
    [InlineData("stolon-sentinel", "")]
    [InlineData("stolon-proxy", "")]
    [InlineData("stolonctl", "")]
    [InlineData("stolon", "keeper")]
    [InlineData("stolon", "sentinel")]
    [InlineData("stolon", "proxy")]
    [InlineData("stolon", "ctl")]
    public async Task The_name_of_a_link_and_the_first_word_choose_the_role(string name, string command)
    {
        string[] words = command.Length == 0 ? ["--help"] : [command, "--help"];
        var (code, output, error) = await RunAsync(name, words);
        var role = name == "stolon" ? (command == "ctl" ? "stolonctl" : $"stolon-{command}") : name;
        Assert.Equal((0, ""), (code, error));
        Assert.Contains($"{role} [", output);
    }

    /// <summary>A link's name decides alone: a keeper's argument is no command.</summary>
    [Theory]
    [InlineData("stolon-keeper", "ctl")]
    [InlineData("stolonctl", "keeper")]
    public async Task A_link_accepts_no_command(string name, string command)
    {
        var (code, output, _) = await RunAsync(name, [command, "--help"]);
        Assert.Equal((await RunAsync(name, ["strange", "--help"])).Code, code);
        Assert.DoesNotContain(command == "ctl" ? "stolonctl" : "stolon-keeper", output);
    }

    [Fact]
    public async Task An_unknown_command_is_refused_with_those_there_are()
    {
        var (code, output, error) = await RunAsync("stolon", ["kepeer"]);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("stolon: there is no command \"kepeer\"", error);
        Assert.Contains("(stolon-keeper)", error);
    }

    [Fact]
    public async Task Alone_it_explains_itself()
    {
        var (code, output, error) = await RunAsync("stolon", []);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith("usage: stolon COMMAND", output);
        Assert.StartsWith("stolon version ", (await RunAsync("stolon", ["version"])).Output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string name, string[] words)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var found = new ProcessEnvironment
        {
            Output = output,
            Error = error,
            ErrorIsTerminal = false,
            Variable = _ => null,
            Time = TimeProvider.System,
        };
        var code = await Roles.RunAsync(name, words, found);
        return (code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}
