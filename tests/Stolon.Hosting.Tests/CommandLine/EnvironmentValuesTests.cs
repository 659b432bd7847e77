using Stolon.Hosting.CommandLine;
using static Stolon.Hosting.Tests.CommandLine.Programs;

namespace Stolon.Hosting.Tests.CommandLine;

public sealed class EnvironmentValuesTests
{
    [Fact]
    public void A_variable_sets_its_flag_and_counts_as_changed()
    {
        var command = RunWith(new() { ["STKEEPER_PG_SU_USERNAME"] = "postgres" });
        Assert.Equal("postgres", command.Text("pg-su-username"));
        Assert.True(command.Changed("pg-su-username"));
    }

    [Fact]
    public void The_command_line_wins()
    {
        var command = RunWith(new() { ["STKEEPER_STORE_TIMEOUT"] = "1s" }, "--store-timeout", "2s");
        Assert.Equal(TimeSpan.FromSeconds(2), command.Duration("store-timeout"));
    }

    [Fact]
    public void An_empty_variable_counts_as_unset() =>
        Assert.False(RunWith(new() { ["STKEEPER_STORE_TIMEOUT"] = "" }).Changed("store-timeout"));

    [Fact]
    public void Variables_without_a_flag_are_ignored() =>
        RunWith(new() { ["STKEEPER_BIN"] = "/x", ["STKEEPER_HELP"] = "true", ["STKEEPER_VERSION"] = "v1" });

    [Fact]
    public void Only_the_last_bad_value_in_the_order_of_names_is_reported_and_without_usage()
    {
        var outcome = WithEnvironment(
            Keeper, new() { ["STKEEPER_STORE_TIMEOUT"] = "x", ["STKEEPER_CAN_BE_MASTER"] = "y" }, "--help");
        var refused = Assert.IsType<CommandLineOutcome.Refuse>(outcome);
        Assert.Equal(
            "invalid value \"x\" for STKEEPER_STORE_TIMEOUT: invalid argument \"x\" for \"--store-timeout\" flag: "
            + "time: invalid duration \"x\"",
            refused.Error);
        Assert.Empty(refused.Explanation);
    }

    [Fact]
    public void A_deprecated_flag_from_the_environment_is_noticed() =>
        Assert.Equal(
            ["Flag --debug has been deprecated, use --log-level=debug instead"],
            WithEnvironment(Keeper, new() { ["STKEEPER_DEBUG"] = "1" }).Notices);

    [Fact]
    public void Only_the_roots_flags_come_from_the_environment()
    {
        var outcome = WithEnvironment(
            Control, new() { ["STOLONCTL_CLUSTER_NAME"] = "c", ["STOLONCTL_YES"] = "true", ["STOLONCTL_FILE"] = "x" },
            "init");
        var command = Assert.IsType<CommandLineOutcome.Run>(outcome).Command;
        Assert.Equal("c", command.Text("cluster-name"));
        Assert.False(command.Changed("yes"));
        Assert.False(command.Changed("file"));
    }

    private static ParsedCommand RunWith(Dictionary<string, string> environment, params string[] words) =>
        Assert.IsType<CommandLineOutcome.Run>(WithEnvironment(Keeper, environment, words)).Command;
}
