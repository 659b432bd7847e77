using Stolon.Core.Proxy;
using Stolon.Forwarding;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Proxy;

namespace Stolon.EntryPoints.Tests;

/// <summary>The proxy's options that the original does not have.</summary>
public sealed class ProxyStartTests
{
    private static readonly Dictionary<string, string> Valid = new()
    {
        ["cluster-name"] = "c",
        ["store-backend"] = "etcdv3",
        ["store-endpoints"] = "127.0.0.1:1",
    };

    [Theory]
    [InlineData("ro-port", "pg", "--ro-port must be a number from 0 to 65535, not \"pg\"")]
    [InlineData("ro-port", "5432", "--ro-port must be another port than --port: both are 5432")]
    [InlineData("ro-max-lag", "-1s", "--ro-max-lag must be from 0s to 168h0m0s, not -1s")]
    [InlineData("ro-max-lag", "169h", "--ro-max-lag must be from 0s to 168h0m0s, not 169h0m0s")]
    [InlineData("ro-max-lag-bytes", "-1", "--ro-max-lag-bytes must be from 0 to 9223372036854775807, not -1")]
    [InlineData("wait-for-primary", "-1s", "--wait-for-primary must be from 0s to 168h0m0s, not -1s")]
    [InlineData("dial-timeout", "0", "--dial-timeout must be from 1ms to 168h0m0s, not 0s")]
    [InlineData("tcp-user-timeout", "700h", "--tcp-user-timeout must be from 0s to 168h0m0s, not 700h0m0s")]
    [InlineData("drain-timeout", "-5s", "--drain-timeout must be from 0s to 168h0m0s, not -5s")]
    [InlineData("max-connections", "-1", "--max-connections must be from 0 to 2147483647, not -1")]
    [InlineData("threads", "1025", "--threads must be from 0 to 1024, not 1025")]
    public async Task A_value_out_of_range_is_refused_with_its_limits(string option, string value, string expected)
    {
        var fault = new Fault("", "", (option, value));
        var ending = await EntryPoint.RunAsync("stolon-proxy", Fault.CommandLine(Valid, fault));
        Assert.Equal(1, ending.Code);
        Assert.StartsWith(expected, ending.Refusal());
    }

    [Fact]
    public void Without_options_the_data_path_does_what_stolons_does()
    {
        var command = Read([]);

        var forwarding = ForwardingFlags.Read(command);
        Assert.Equal(new ForwarderOptions { ListenAddress = "127.0.0.1", Port = 5432 }, forwarding);
        Assert.Null(ForwardingFlags.ReadReadOnly(command, forwarding));
        Assert.Equal(TimeSpan.Zero, ProxyFlags.Read(command, new SystemIdSource()).DrainTimeout);
    }

    [Fact]
    public void Every_option_of_the_data_path_reaches_both_ports()
    {
        var command = Read(
            [
                "--listen-address=::", "--port=6000", "--ro-port=6001", "--unix-socket-directory=/run/x",
                "--tcp-keepalive-idle=1", "--tcp-keepalive-interval=2", "--tcp-keepalive-count=3",
                "--tcp-user-timeout=4s", "--dial-timeout=5s", "--wait-for-primary=6s", "--max-connections=7",
                "--explain-refusals", "--proxy-protocol", "--threads=8",
            ]);

        var primary = ForwardingFlags.Read(command);
        var expected = new ForwarderOptions
        {
            Label = "primary",
            ListenAddress = "::",
            Port = 6000,
            UnixSocketDirectory = "/run/x",
            KeepAlive = new KeepAliveSettings
            {
                Idle = TimeSpan.FromSeconds(1),
                Interval = TimeSpan.FromSeconds(2),
                Probes = 3,
            },
            UserTimeout = TimeSpan.FromSeconds(4),
            DialTimeout = TimeSpan.FromSeconds(5),
            MaxWait = TimeSpan.FromSeconds(6),
            MaxConnections = 7,
            ExplainRefusals = true,
            ProxyProtocol = true,
            Threads = 8,
        };
        Assert.Equal(expected, primary);
        Assert.Equal(
            expected with { Label = "read_only", Port = 6001 }, ForwardingFlags.ReadReadOnly(command, primary));
    }

    [Fact]
    public void Options_of_the_agent_are_read_from_the_environment_too()
    {
        var options = ProxyFlags.Read(
            Read(["--drain-timeout=9s"], new Dictionary<string, string>
            {
                ["STPROXY_RO_MAX_LAG"] = "10s",
                ["STPROXY_RO_MAX_LAG_BYTES"] = "11",
                ["STPROXY_RO_FALLBACK_TO_PRIMARY"] = "true",
                ["STPROXY_DRAIN_TIMEOUT"] = "1s",
            }),
            new SystemIdSource());

        Assert.Equal(
            (TimeSpan.FromSeconds(9), true, new ReadLimits { MaxLag = TimeSpan.FromSeconds(10), MaxLagBytes = 11 }),
            (options.DrainTimeout, options.ReadFromPrimary, options.ReadLimits));
    }

    private static ParsedCommand Read(string[] words, Dictionary<string, string>? variables = null) =>
        Assert.IsType<CommandLineOutcome.Run>(CommandLineParser.Parse(
            ProxyProgram.Definition.Command, words, name => variables?.GetValueOrDefault(name))).Command;
}
