using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Stolon.Agents.Ports.Store;
using Stolon.Hosting.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Tests.Logging;

public sealed class ConsoleLoggerFactoryTests
{
    [Fact]
    public void A_line_without_fields_ends_with_its_message() =>
        Assert.Equal("2023-08-15T10:26:49.899Z\tINFO\tKeeper/KeeperAgent:6\talready master\n", Logged(TestLog.Already));

    [Fact]
    public void Arguments_the_text_does_not_mention_become_fields()
    {
        Assert.EndsWith("\tkeeper uid\t{\"uid\": \"node_1\"}\n", Logged(l => TestLog.KeeperUid(l, "node_1")));
        Assert.EndsWith(
            "\treplication role created\t{\"role\": \"user02\"}\n", Logged(l => TestLog.RoleCreated(l, "user02")));
    }

    [Fact]
    public void Arguments_the_text_mentions_do_not() =>
        Assert.EndsWith(
            "\tWARN\tKeeper/KeeperAgent:3\tprimary k1 failed; electing    k2\t{\"rejected\": 2, \"sure\": true}\n",
            Logged(l => TestLog.Electing(l, "k1", "k2", 2, sure: true)));

    [Fact]
    public void An_exception_is_the_field_error_with_its_causes_in_one_line()
    {
        var failure = new InvalidOperationException("outer\nline", new IOException("inner \"quoted\""));
        Assert.EndsWith(
            "\tERROR\tKeeper/KeeperAgent:4\tcannot get configured pg parameters"
            + "\t{\"error\": \"outer line: inner \\\"quoted\\\"\"}\n",
            Logged(l => TestLog.ParametersFailed(l, failure)));
    }

    [Fact]
    public void A_refused_connection_to_the_store_is_reported_once()
    {
        var failure = new StoreUnavailableException(
            "etcd http://h:1: Connection refused",
            new HttpRequestException("Connection refused (h:1)", new IOException("Connection refused")));
        Assert.EndsWith(
            "\t{\"error\": \"etcd http://h:1: Connection refused\"}\n",
            Logged(l => TestLog.ParametersFailed(l, failure)));
    }

    [Fact]
    public void An_unreadable_file_is_reported_once_and_in_one_sentence()
    {
        var denied = new UnauthorizedAccessException("Access to '/f' is denied.", new IOException("Permission denied"));
        var failure = new FatalException("cannot read file: Access to '/f' is denied.", denied);
        Assert.EndsWith(
            "\t{\"error\": \"cannot read file: Access to '/f' is denied.\"}\n",
            Logged(l => TestLog.ParametersFailed(l, failure)));
    }

    [Fact]
    public void Values_keep_their_JSON_type() =>
        Assert.EndsWith(
            "\tmany\t{\"a\": -1, \"b\": 0.5, \"c\": \"1m0s\", \"d\": null, \"e\": [\"x\", \"<ü>\"], "
            + "\"f\": \"http://h:1/\", \"g\": \"\\t\", \"error\": \"m\"}\n",
            Logged(l => TestLog.Many(
                l, -1, 0.5, TimeSpan.FromMinutes(1), null, ["x", "<ü>"], new Uri("http://h:1/"), '\t',
                new IOException("m"))));

    [Fact]
    public void Nothing_in_a_message_can_break_the_line_or_steer_the_terminal()
    {
        var line = Logged(l => TestLog.Electing(l, "a\nb\e[31m", "c\td\r", 0, sure: false));
        Assert.Contains("\tprimary a\\nb\\u001b[31m failed; electing  c\\td\\r\t{", line);
        Assert.DoesNotContain('\e', Logged(l => TestLog.RoleCreated(l, "\e[31m\u009b")));
    }

    [Fact]
    public void The_zone_is_written_without_a_colon() =>
        Assert.StartsWith(
            "2023-08-15T15:56:49.899+0530\t", Logged(TestLog.Already, offset: TimeSpan.FromMinutes(330)));

    [Fact]
    public void With_colour_only_the_level_carries_it() =>
        Assert.Equal(
            "2023-08-15T10:26:49.899Z\t\e[34mINFO\e[0m\tKeeper/KeeperAgent:6\talready master\n",
            Logged(TestLog.Already, color: true));

    [Theory]
    [InlineData(LogLevel.Debug, true)]
    [InlineData(LogLevel.Information, true)]
    [InlineData(LogLevel.Warning, false)]
    [InlineData(LogLevel.Error, false)]
    public void Lines_below_the_level_are_not_written(LogLevel minimum, bool expected) =>
        Assert.Equal(expected, Logged(TestLog.Already, minimum: minimum).Length > 0);

    private static string Logged(
        Action<ILogger> log, bool color = false, LogLevel minimum = LogLevel.Debug, TimeSpan offset = default)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2023, 8, 15, 10, 26, 49, 899, TimeSpan.Zero));
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test"));
        using var output = new MemoryStream();
        using (var factory = new ConsoleLoggerFactory(output, time))
        {
            factory.Options = new LoggingOptions { Minimum = minimum, Color = color };
            log(factory.CreateLogger("Stolon.Agents.Keeper.KeeperAgent"));
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
