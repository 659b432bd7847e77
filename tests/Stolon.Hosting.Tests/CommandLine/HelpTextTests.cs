using Stolon.Hosting.CommandLine;
using static Stolon.Hosting.Tests.CommandLine.Programs;

namespace Stolon.Hosting.Tests.CommandLine;

public sealed class HelpTextTests
{
    private static readonly CommandDefinition Small = Control with
    {
        SharedFlags =
        [
            FlagDefinition.Text("store-prefix", "stolon/cluster", "first part of keys"),
            FlagDefinition.Duration("store-timeout", TimeSpan.FromSeconds(5), "limit"),
            FlagDefinition.Text("hidden", "", "not shown") with { Hidden = true },
            FlagDefinition.Text("old", "", "not shown") with { Deprecated = "do not" },
        ],
    };

    [Theory]
    [InlineData]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("help")]
    public void The_root_lists_its_commands(params string[] words) =>
        Assert.Equal(
            """
            stolon command line client

            Usage:
              stolonctl [command]

            Available Commands:
              clusterdata Manage the cluster data
              help        Help about any command
              init        Initialize a new cluster

            Flags:
              -h, --help                     help for stolonctl
                  --store-prefix string      first part of keys (default "stolon/cluster")
                  --store-timeout duration   limit (default 5s)
                  --version                  version for stolonctl

            Use "stolonctl [command] --help" for more information about a command.

            """,
            Printed(words));

    [Theory]
    [InlineData("init", "--help")]
    [InlineData("init", "-yh")]
    [InlineData("--help", "init")]
    [InlineData("help", "init")]
    public void A_command_shows_its_flags_and_the_inherited_ones(params string[] words) =>
        Assert.Equal(
            """
            Initialize a new cluster

            Usage:
              stolonctl init [cluster spec] [flags]

            Flags:
              -f, --file string   file with the spec
              -h, --help          help for init
              -p, --patch         merge
              -y, --yes           do not ask

            Global Flags:
                  --store-prefix string      first part of keys (default "stolon/cluster")
                  --store-timeout duration   limit (default 5s)

            """,
            Printed(words));

    [Fact]
    public void The_version_is_one_line() =>
        Assert.Equal(
            "stolon-keeper version 1.2.3\n",
            Assert.IsType<CommandLineOutcome.Print>(Parse(Keeper, "--version")).Text);

    [Fact]
    public void A_command_without_a_version_has_no_such_flag() =>
        Assert.Equal("unknown flag: --version", Refuse(Control, "init", "--version").Error);

    [Fact]
    public void Help_about_something_unknown_is_an_error() =>
        Assert.Equal("unknown help topic \"bogus\"", Refuse(Control, "help", "bogus").Error);

    private static string Printed(string[] words) =>
        Assert.IsType<CommandLineOutcome.Print>(Parse(Small, words)).Text;
}
