using System.Text.RegularExpressions;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class ConfigurationTextTests
{
    private static readonly PostgresVersion Fifteen = new(15, 18);
    private static readonly PostgresVersion Eleven = new(11, 0);

    private static readonly ServerConfiguration Standby = new()
    {
        Parameters = Map(("port", "1"), ("recovery_target_timeline", "7")),
        Recovery = RecoveryMode.Standby,
        RecoveryParameters = Map(("recovery_target_timeline", "latest")),
        Hba = [],
    };

    [Theory]
    [InlineData("postgresql-1.conf", "33801", "", "0c37a39e")]
    [InlineData("postgresql-2.conf", "33802", "", "8e72caab")]
    [InlineData("postgresql-3.conf", "33803", "2 (stolon_0c37a39e,stolon_8e72caab)", null)]
    public void The_original_writes_the_same_lines(string file, string port, string synchronous, string? follower)
    {
        Assert.True(ConfigurationText.TryParse(Golden.Text(file), out var original));
        var parameters = ManagedParameters.Effective(new ManagedParameterInputs
        {
            Version = Fifteen,
            User = ManagedParameters.Remove(original),
            ListenAddress = "127.0.0.1",
            Port = port,
            UnixSocketDirectory = "/tmp",
            MaxStandbys = 20,
            AdditionalWalSenders = 5,
            UsePgRewind = true,
            SynchronousStandbyNames = synchronous,
        });
        var text = ConfigurationText.RenderServer(Fifteen, Following(parameters, follower));

        Assert.Equal(Golden.Lines(file).Order(StringComparer.Ordinal), text.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("it's", "'it''s'")]
    [InlineData(@"C:\new\table", @"'C:\\new\\table'")]
    [InlineData("two\nlines\tand\rmore", @"'two\nlines\tand\rmore'")]
    [InlineData(@"password=it\'s", @"'password=it\\\'s'")]
    [InlineData(@"password=a\ b", @"'password=a\\\ b'")]
    [InlineData(@"password=a\\ user=b", @"'password=a\\\\ user=b'")]
    [InlineData(@"\", @"'\\'")]
    [InlineData("", "''")]
    [InlineData("# no comment", "'# no comment'")]
    public void Values_are_quoted_for_postgres(string value, string quoted) =>
        Assert.Equal($"name = {quoted}\n", ConfigurationText.Render(Map(("name", value))));

    [Fact]
    public void Lines_are_sorted() =>
        Assert.Equal("B = '1'\na = '2'\nb = '3'\n", ConfigurationText.Render(Map(("b", "3"), ("B", "1"), ("a", "2"))));

    [Fact]
    public void A_written_text_can_be_parsed() =>
        Generators.Parameters.Check(parameters =>
            ConfigurationText.TryParse(ConfigurationText.Render(parameters), out var read) && read == parameters);

    /// <summary>Tests of the original read primary_conninfo with a regular expression and no unquoting.</summary>
    [Fact]
    public void The_raw_text_of_a_connection_string_has_the_same_keywords_and_plain_values() =>
        Generators.Parameters.Check(values =>
        {
            var info = values.Aggregate(
                ConnectionInfo.Empty.With("application_name", "stolon_a"), (all, v) => all.With(v.Key, v.Value));
            var line = ConfigurationText.Render(Map(("primary_conninfo", info.Format()))).TrimEnd('\n');
            var match = Regex.Match(line, @"^\s*primary_conninfo\s*=\s*'(?<value>.*)'$", RegexOptions.ExplicitCapture);
            return ConnectionInfo.TryParse(match.Groups["value"].Value, out var raw)
                && raw.Values.Keys.SequenceEqual(info.Values.Keys)
                && raw["application_name"] == "stolon_a";
        });

    [Theory]
    [InlineData(@"a = '\101\\\'\b\f\x'", "A\\'\b\fx")]
    [InlineData(@"a='\1011'", "A1")]
    [InlineData("  a  =  'b'  ", "b")]
    [InlineData("# comment\n\na = '1'\na = '2'\n", "2")]
    public void Escapes_are_read_as_postgres_reads_them(string text, string value)
    {
        Assert.True(ConfigurationText.TryParse(text, out var parameters));
        Assert.Equal(Map(("a", value)), parameters);
    }

    [Theory]
    [InlineData("a = b")]
    [InlineData("a 'b'")]
    [InlineData("= 'b'")]
    [InlineData("a = 'b")]
    [InlineData("a = '")]
    [InlineData("a = 'it's'")]
    [InlineData(@"a = 'b\'")]
    [InlineData("include 'postgresql.conf'")]
    public void Lines_of_another_form_are_refused(string text) => Assert.False(ConfigurationText.TryParse(text, out _));

    [Fact]
    public void Since_twelve_recovery_is_part_of_the_server_file_and_wins()
    {
        Assert.Equal(
            "port = '1'\nrecovery_target_timeline = 'latest'\n",
            ConfigurationText.RenderServer(Fifteen, Standby));
        Assert.Null(ConfigurationText.RenderRecovery(Fifteen, Standby));
    }

    [Fact]
    public void Before_twelve_recovery_has_a_file_of_its_own()
    {
        Assert.Equal(
            "port = '1'\nrecovery_target_timeline = '7'\n", ConfigurationText.RenderServer(Eleven, Standby));
        Assert.Equal(
            "recovery_target_timeline = 'latest'\nstandby_mode = 'on'\n",
            ConfigurationText.RenderRecovery(Eleven, Standby));
        Assert.Equal(
            "recovery_target_timeline = 'latest'\n",
            ConfigurationText.RenderRecovery(Eleven, Standby with { Recovery = RecoveryMode.Recovery }));
        Assert.Null(ConfigurationText.RenderRecovery(Eleven, Standby with { Recovery = RecoveryMode.None }));
    }

    private static ServerConfiguration Following(ValueMap<string, string> parameters, string? uid)
    {
        var primary = new ServerConfiguration { Parameters = parameters, Hba = [] };
        if (uid is null)
        {
            return primary;
        }

        var self = new InstanceUid(uid);
        var source = ConnectionInfo.ForReplication(
            new ServerAddress("127.0.0.1", "33803"), "repl", new Secret("replpass"), self);
        return primary with
        {
            Recovery = RecoveryMode.Standby,
            RecoveryParameters = RecoveryParameters.For(RecoveryParameters.Following(source, self), null, null),
        };
    }

    private static ValueMap<string, string> Map(params (string Name, string Value)[] parameters) =>
        parameters.ToValueMap(p => p.Name, p => p.Value);
}
