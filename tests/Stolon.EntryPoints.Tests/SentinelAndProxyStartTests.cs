using System.Net;
using System.Net.Sockets;
using Stolon.Testing;

namespace Stolon.EntryPoints.Tests;

/// <summary>docs/spec/sentinel.md 1 and docs/spec/proxy-rules.md 1.</summary>
public sealed class SentinelAndProxyStartTests : IDisposable
{
    private static readonly Dictionary<string, string> Valid = new()
    {
        ["cluster-name"] = "c",
        ["store-backend"] = "etcdv3",
        ["store-endpoints"] = "127.0.0.1:1",
    };

    private static readonly Fault[] CommonFaults =
    [
        new("log level", "invalid log level: ", ("log-level", "")),
        new("no cluster", "cluster name required", ("cluster-name", "")),
        new("no backend", "store backend type required", ("store-backend", null)),
        new("no kind", "unspecified kubernetes resource kind", ("store-backend", "kubernetes")),
        new("kind", "wrong kubernetes resource kind: \"pod\"",
            ("store-backend", "kubernetes"), ("kube-resource-kind", "pod")),
        new("backend", "Unknown store backend: \"x\"", ("store-backend", "x")),
    ];

    private static readonly Fault[] StoreFaults =
    [
        new("schemes", "all store endpoints must have the same scheme", ("store-endpoints", "https://a:1,b:2")),
        new("space", "cannot parse store endpoint \" b:2\"", ("store-endpoints", "a:1, b:2")),
        new("scheme", "unknown scheme \"unix\"", ("store-endpoints", "unix://a:1")),
        new("CA", "cannot load the store's CA from /none",
            ("store-endpoints", "https://a:1"), ("store-ca-file", "/none")),
        new("key", "cannot load the store's client certificate and key from /c, /k",
            ("store-endpoints", "https://a:1"), ("store-cert-file", "/c"), ("store-key", "/k")),
    ];

    private readonly TemporaryDirectory _directory = new("start");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_sentinel_reports_problems_in_the_originals_order() =>
        await Fault.AreToldInThisOrderAsync("stolon-sentinel", Valid,
        [
            .. CommonFaults,
            new("spec", "cannot read initial cluster spec /none", ("initial-cluster-spec", "/none")),
            .. StoreFaults,
        ]);

    [Fact]
    public async Task A_proxy_reports_problems_in_the_originals_order() =>
        await Fault.AreToldInThisOrderAsync("stolon-proxy", Valid,
        [
            .. CommonFaults,
            new("idle", "tcp keepalive idle must be 0 or more, not -1", ("tcp-keepalive-idle", "-1")),
            new("count", "tcp keepalive count must be 0 or more, not -2", ("tcp-keepalive-count", "-2")),
            new("interval", "tcp keepalive interval must be 0 or more, not -3", ("tcp-keepalive-interval", "-3")),
            new("port", "--port must be a number", ("port", "pg")),
            .. StoreFaults,
        ]);

    [Theory]
    [InlineData("", "cannot parse initial cluster spec")]
    [InlineData("{", "cannot parse initial cluster spec")]
    [InlineData("{}", "invalid initial cluster spec in")]
    [InlineData("""{"initMode":"new","sleepInterval":"-1s"}""", "invalid initial cluster spec in")]
    public async Task A_sentinel_refuses_a_wrong_initial_specification(string spec, string expected)
    {
        var file = _directory.File("spec.json");
        File.WriteAllText(file, spec);
        var fault = new Fault("", "", ("initial-cluster-spec", file));
        var ending = await EntryPoint.RunAsync("stolon-sentinel", Fault.CommandLine(Valid, fault));
        Assert.StartsWith(expected, ending.Refusal());
        Assert.Contains(file, ending.Refusal());
    }

    /// <summary>docs/spec/metrics.md 1: the sentinel stops gracefully, the proxy fails.</summary>
    [Theory]
    [InlineData("stolon-sentinel", 0, "ERROR")]
    [InlineData("stolon-proxy", 1, "FATAL")]
    public async Task A_metrics_port_that_is_taken_ends_the_program(string program, int code, string level)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var fault = new Fault("", "", ("metrics-listen-address", $"{taken.LocalEndpoint}"));
        var ending = await EntryPoint.RunAsync(program, Fault.CommandLine(Valid, fault));
        Assert.Equal(code, ending.Code);
        Assert.Single(ending.Logged(level));
        Assert.Contains($"cannot serve metrics on {taken.LocalEndpoint}", ending.Error);
    }
}
