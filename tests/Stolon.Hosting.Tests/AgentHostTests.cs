using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Stolon.Hosting.Options;
using Stolon.Hosting.Tests.CommandLine;

namespace Stolon.Hosting.Tests;

/// <summary>Signals go to this test process itself, so these tests must not run beside each other: one class.</summary>
public sealed class AgentHostTests : IDisposable
{
    private static readonly string[] Valid = ["--cluster-name=c", "--store-backend=etcdv3", "--log-color=false"];

    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    private string Error => Encoding.UTF8.GetString(_error.ToArray());

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task The_first_signal_stops_in_order_and_the_second_kills_nothing()
    {
        var exit = await RunAsync(Valid, async stopping =>
        {
            var stopped = new TaskCompletionSource();
            await using var registration = stopping.Register(stopped.SetResult);
            await SignalAsync();
            await stopped.Task.WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
            await SignalAsync();
        });
        Assert.Equal(0, exit);
        Assert.Contains("\tINFO\tHosting/AgentHost:7004\tstopping\t{\"signal\": \"SIGTERM\"}\n", Error);
    }

    [Fact]
    public async Task Ending_by_the_cancellation_is_ordinary()
    {
        Assert.Equal(0, await RunAsync(Valid, async stopping =>
        {
            await SignalAsync();
            await Task.Delay(Timeout.Infinite, stopping);
        }));
    }

    [Fact]
    public async Task An_unrequested_cancellation_is_a_failure() =>
        Assert.Equal(1, await RunAsync(Valid, _ => throw new TaskCanceledException()));

    [Fact]
    public async Task Help_goes_to_standard_output_alone()
    {
        Assert.Equal(0, await RunAsync(["--help"], _ => throw new UnreachableException()));
        Assert.StartsWith("runs beside a PostgreSQL instance\n\nUsage:\n", Output);
        Assert.Empty(Error);
    }

    [Fact]
    public async Task An_unknown_flag_is_reported_with_usage_and_one_fatal_line()
    {
        Assert.Equal(1, await RunAsync(["--nope"], _ => throw new UnreachableException()));
        Assert.Empty(Output);
        Assert.StartsWith("Error: unknown flag: --nope\nUsage:\n", Error);
        Assert.EndsWith("\tFATAL\tHosting/AgentHost:7001\tunknown flag: --nope\n", Error);
        Assert.Single(Error.Split('\n'), l => l.Contains("\tFATAL\t"));
    }

    [Theory]
    [InlineData("invalid log level: loud", "--log-level=loud")]
    [InlineData("cluster name required", "--log-level=error")]
    public async Task A_refusal_is_one_fatal_line(string expected, params string[] words)
    {
        Assert.Equal(1, await RunAsync(words, _ => throw new UnreachableException()));
        Assert.EndsWith($"\tFATAL\tHosting/AgentHost:7001\t{expected}\n", Error);
        Assert.Single(Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task An_unexpected_failure_is_one_line_with_its_stack()
    {
        Assert.Equal(1, await RunAsync(Valid, _ => throw new InvalidOperationException("boom")));
        var line = Assert.Single(Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("\tERROR\t", line);
        Assert.Contains("{\"type\": \"System.InvalidOperationException\", \"stack\": \"System.InvalidOperation", line);
        Assert.Contains("\\n   at ", line);
        Assert.EndsWith(", \"error\": \"boom\"}", line);
    }

    [Theory]
    [InlineData(false, 0, "ERROR")]
    [InlineData(true, 1, "FATAL")]
    public async Task Metrics_that_cannot_be_served_end_the_program(bool fatal, int expected, string level)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var exit = await RunAsync(
            [.. Valid, $"--metrics-listen-address={taken.LocalEndpoint}"],
            _ => throw new UnreachableException(),
            fatal);
        Assert.Equal(expected, exit);
        Assert.Contains($"\t{level}\t", Error);
        Assert.Contains($"cannot serve metrics on {taken.LocalEndpoint}", Error);
    }

    [Fact]
    public async Task Commands_report_errors_in_one_plain_line()
    {
        var exit = await AgentHost.RunCommandAsync(
            Programs.Control, ["init"], (_, _, _) => throw new FatalException("no cluster data"), Found());
        Assert.Equal(1, exit);
        Assert.Equal("no cluster data\n", Error);
    }

    [Fact]
    public async Task The_exit_code_of_a_command_is_its_own()
    {
        Assert.Equal(1, await AgentHost.RunCommandAsync(
            Programs.Control, ["init"], (_, _, _) => Task.FromResult(1), Found()));
        Assert.Equal(0, await AgentHost.RunCommandAsync(
            Programs.Control, [], (_, _, _) => throw new UnreachableException(), Found()));
        Assert.Empty(Error);
    }

    [Theory]
    [InlineData("SigIgn:\t0000000000001001", true)]
    [InlineData("SigIgn:\t0000000000001000", false)]
    [InlineData("Name:\tx", false)]
    public void Whether_a_signal_is_ignored_is_read_from_the_mask(string line, bool expected)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, $"SigBlk:\tffffffffffffffff\n{line}\n");
        Assert.Equal(expected, Shutdown.StartedIgnoring(1, file));
        File.Delete(file);
    }

    private async Task<int> RunAsync(
        string[] words, Func<CancellationToken, Task> run, bool metricsFailureIsFatal = false)
    {
        var program = new AgentProgram
        {
            Component = "keeper",
            Command = Programs.Keeper,
            MetricsFailureIsFatal = metricsFailureIsFatal,
            ComposeAsync = (start, _) => Task.FromResult(new Agent
            {
                Common = CommonOptions.ReadValid(start.Command),
                RunAsync = run,
            }),
        };
        return await AgentHost.RunAsync(program, words, Found());
    }

    private ProcessEnvironment Found() => new()
    {
        Output = _output,
        Error = _error,
        ErrorIsTerminal = false,
        Variable = _ => null,
        Time = TimeProvider.System,
    };

    private static async Task SignalAsync()
    {
        using var kill = Process.Start("/bin/kill", ["-TERM", $"{Environment.ProcessId}"]);
        await kill.WaitForExitAsync();
    }
}
