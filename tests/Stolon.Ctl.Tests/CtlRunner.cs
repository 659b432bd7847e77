using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Hosting.Stores;
using Stolon.Store.Election;
using Stolon.Store.InMemory;
using Stolon.Store.KeyValue;
using Xunit;

namespace Stolon.Ctl.Tests;

/// <summary>stolonctl inside the test, over an in-memory store.</summary>
internal sealed class CtlRunner : IDisposable
{
    private static readonly string[] Options = ["--cluster-name=c", "--store-backend=etcdv3"];

    private readonly InMemoryKeyValueStore _keys = new(TimeProvider.System);

    public CtlRunner() => Store = new KeyValueClusterStore(_keys, Paths);

    public static StorePaths Paths { get; } = new("stolon/cluster", "c");

    /// <summary>What the program is given; a test may wrap it.</summary>
    public IClusterStore Store { get; set; }

    public InMemoryKeyValueStore Keys => _keys;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Runs one command with the common options before it.</summary>
    public Task<CtlResult> RunAsync(params string[] arguments) => RunAsync("", arguments);

    public Task<CtlResult> RunAsync(string input, string[] arguments) =>
        RunBareAsync(input, [.. Options, .. arguments]);

    public async Task<CtlResult> RunBareAsync(string input, string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var standardInput = new MemoryStream(Encoding.UTF8.GetBytes(input));
        var environment = new ProcessEnvironment
        {
            Output = output,
            Error = error,
            ErrorIsTerminal = false,
            Variable = _ => null,
            Time = TimeProvider.System,
        };
        var election = new LeaseElection(
            _keys, Paths.SentinelLeader, LeaseElection.DefaultTimeToLive, TimeProvider.System, NullLogger.Instance);
        var code = await Stolonctl.RunAsync(
            arguments, environment, standardInput, (_, _) => new StoreConnection(Store, election, new MemoryStream()));
        return new CtlResult(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>Writes a document as it is, whatever it is.</summary>
    public Task WriteAsync(string key, string value) => WriteAsync(key, Encoding.UTF8.GetBytes(value));

    public Task WriteAsync(string key, byte[] value) => _keys.PutAsync(key, value, timeToLive: null, Token);

    public async Task<ClusterData> DataAsync() =>
        Assert.IsType<ClusterDataRead.Found>(await Store.ReadAsync(Token)).Data;

    public void Dispose() => _keys.Dispose();
}

/// <summary>How a command ended.</summary>
internal sealed record CtlResult(int Code, string Output, string Error)
{
    public static CtlResult Silent { get; } = new(0, "", "");

    public static CtlResult Refused(string error) => new(1, "", error + "\n");
}
