using Stolon.Hosting.CommandLine;
using static Stolon.Hosting.Tests.CommandLine.Programs;

namespace Stolon.Hosting.Tests.CommandLine;

public sealed class CommandLineParserTests
{
    [Theory]
    [InlineData("a value after an equals sign", "x", "--pg-su-password=x")]
    [InlineData("a value as the next word", "x", "--pg-su-password", "x")]
    [InlineData("an empty value", "", "--pg-su-password=")]
    [InlineData("an empty next word", "", "--pg-su-password", "")]
    [InlineData("a value that looks like a flag", "--debug", "--pg-su-password", "--debug")]
    [InlineData("a value that ends flags elsewhere", "--", "--pg-su-password", "--")]
    [InlineData("a value with an equals sign", "a=b", "--pg-su-password=a=b")]
    [InlineData("a value with a line feed", "a\nb", "--pg-su-password", "a\nb")]
    [InlineData("the last of two", "b", "--pg-su-password", "a", "--pg-su-password", "b")]
    [InlineData("a value that names a file elsewhere", "@x", "--pg-su-password", "@x")]
    public void Text_is_accepted_unchanged(string name, string expected, params string[] words)
    {
        var command = Run(Keeper, words);
        Assert.True(command.Changed("pg-su-password"), name);
        Assert.Equal(expected, command.Text("pg-su-password"));
    }

    [Theory]
    [InlineData("--can-be-master", true)]
    [InlineData("--can-be-master=true", true)]
    [InlineData("--can-be-master=t", true)]
    [InlineData("--can-be-master=1", true)]
    [InlineData("--can-be-master=T", true)]
    [InlineData("--can-be-master=TRUE", true)]
    [InlineData("--can-be-master=True", true)]
    [InlineData("--can-be-master=false", false)]
    [InlineData("--can-be-master=f", false)]
    [InlineData("--can-be-master=0", false)]
    [InlineData("--can-be-master=F", false)]
    [InlineData("--can-be-master=FALSE", false)]
    [InlineData("--can-be-master=False", false)]
    public void Switches_take_Gos_booleans(string word, bool expected) =>
        Assert.Equal(expected, Run(Keeper, word).Switch("can-be-master"));

    [Fact]
    public void A_switch_does_not_take_the_next_word()
    {
        var command = Run(Keeper, "--can-be-master", "false");
        Assert.True(command.Switch("can-be-master"));
        Assert.Equal(["false"], command.Arguments);
    }

    [Theory]
    [InlineData("-f", "-", "-y")]
    [InlineData("-f-", "-y")]
    [InlineData("-f=-", "-y")]
    [InlineData("-yf", "-")]
    [InlineData("-yf-")]
    [InlineData("-yf=-")]
    [InlineData("--file=-", "--yes=t")]
    [InlineData("-y=true", "-f-")]
    public void Shorthands_combine_and_take_values(params string[] words)
    {
        var command = Run(Control, ["init", .. words]);
        Assert.Equal("-", command.Text("file"));
        Assert.True(command.Switch("yes"));
        Assert.False(command.Changed("patch"));
        Assert.Empty(command.Arguments);
    }

    [Fact]
    public void Flags_and_arguments_mix_until_two_dashes()
    {
        var command = Run(Control, "init", "a", "-y", "-", "", "--", "-p", "--file");
        Assert.Equal(["a", "-", "", "-p", "--file"], command.Arguments);
        Assert.True(command.Switch("yes"));
        Assert.False(command.Switch("patch"));
    }

    [Fact]
    public void Sub_commands_are_found_behind_flags_and_their_values()
    {
        var command = Run(
            Control, "--cluster-name", "init", "clusterdata", "--store-backend=etcdv3", "read", "--pretty", "init");
        Assert.Equal(["stolonctl", "clusterdata", "read"], command.Path);
        Assert.Equal("init", command.Text("cluster-name"));
        Assert.Equal("etcdv3", command.Text("store-backend"));
        Assert.True(command.Switch("pretty"));
        Assert.Equal(["init"], command.Arguments);
    }

    [Theory]
    [InlineData("unknown flag: --nope", "--nope")]
    [InlineData("unknown flag: --nope", "--nope=1")]
    [InlineData("unknown flag: --debu", "--debu")]
    [InlineData("unknown flag: --debug:true", "--debug:true")]
    [InlineData("bad flag syntax: ---x", "---x")]
    [InlineData("bad flag syntax: --=x", "--=x")]
    [InlineData("unknown shorthand flag: 'x' in -xy", "-xy")]
    [InlineData("flag needs an argument: --idle", "--idle")]
    [InlineData("unknown flag: --nope", "--help", "--nope")]
    [InlineData("invalid argument \"maybe\" for \"--debug\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax",
        "--debug=maybe")]
    [InlineData("invalid argument \"\" for \"--debug\" flag: strconv.ParseBool: parsing \"\": invalid syntax",
        "--debug=")]
    [InlineData("invalid argument \"5d\" for \"--store-timeout\" flag: time: unknown unit \"d\" in duration \"5d\"",
        "--store-timeout=5d")]
    [InlineData("invalid argument \"1.5\" for \"--idle\" flag: strconv.ParseInt: parsing \"1.5\": invalid syntax",
        "--idle", "1.5")]
    public void Errors_are_in_pflags_words(string expected, params string[] words)
    {
        var refused = Refuse(Keeper, words);
        Assert.Equal(expected, refused.Error);
        Assert.StartsWith($"Error: {expected}\nUsage:\n  stolon-keeper [flags]\n\nFlags:\n", refused.Explanation);
    }

    [Theory]
    [InlineData("invalid argument \"x\" for \"-y, --yes\" flag: strconv.ParseBool: parsing \"x\": invalid syntax",
        "-y=x")]
    [InlineData("flag needs an argument: 'f' in -f", "-f")]
    [InlineData("flag needs an argument: 'f' in -f", "-yf")]
    public void Shorthands_are_named_in_errors(string expected, params string[] words) =>
        Assert.Equal(expected, Refuse(Control, ["init", .. words]).Error);

    [Fact]
    public void An_unknown_command_is_an_error_only_for_the_root()
    {
        var refused = Refuse(Control, "bogus", "--nope");
        Assert.Equal("unknown command \"bogus\" for \"stolonctl\"", refused.Error);
        Assert.Equal(
            "Error: unknown command \"bogus\" for \"stolonctl\"\nRun 'stolonctl --help' for usage.\n",
            refused.Explanation);
        Assert.IsType<CommandLineOutcome.Print>(Parse(Control, "clusterdata", "bogus"));
        Assert.Equal(["bogus"], Run(Keeper, "bogus").Arguments);
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("-5", -5)]
    [InlineData("+5", 5)]
    [InlineData("0x10", 16)]
    [InlineData("010", 8)]
    [InlineData("0o10", 8)]
    [InlineData("0b11", 3)]
    [InlineData("0", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Numbers_are_read_as_Go_reads_them(string text, long expected) =>
        Assert.Equal(expected, Run(Keeper, "--idle=" + text).Number("idle"));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("0x")]
    [InlineData("08")]
    [InlineData("1a")]
    [InlineData("9223372036854775808")]
    [InlineData(" 1")]
    public void What_is_no_number_is_refused(string text) =>
        Assert.StartsWith("invalid argument", Refuse(Keeper, "--idle=" + text).Error);

    [Fact]
    public void Nothing_given_leaves_the_defaults_unchanged()
    {
        var command = Run(Keeper);
        Assert.Equal(TimeSpan.FromSeconds(5), command.Duration("store-timeout"));
        Assert.Equal("stolon/cluster", command.Text("store-prefix"));
        Assert.True(command.Switch("can-be-master"));
        Assert.False(command.Changed("store-prefix"));
        Assert.Throws<ArgumentException>(() => command.Text("nope"));
        Assert.Throws<ArgumentException>(() => command.Text("can-be-master"));
    }

    [Fact]
    public void A_deprecated_flag_works_with_a_notice_each_time()
    {
        var outcome = Parse(Keeper, "--id", "a", "--id=b", "--debug");
        Assert.Equal(
            [
                "Flag --id has been deprecated, please use --uid",
                "Flag --id has been deprecated, please use --uid",
                "Flag --debug has been deprecated, use --log-level=debug instead",
            ],
            outcome.Notices);
        Assert.Equal("b", Assert.IsType<CommandLineOutcome.Run>(outcome).Command.Text("id"));
    }
}
