using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Stolon.Testing.Etcd;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>What the stand-ins for the original's programs have in common: they behave in the store as those do, and
/// share no code with ours.</summary>
public abstract class GoProgram(EtcdJsonApi etcd, string basePath) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>A new one at each start, as in the original.</summary>
    public string Uid { get; protected init; } = NewUid();

    protected EtcdJsonApi Etcd { get; } = etcd;

    protected string ClusterDataKey { get; } = basePath + "/clusterdata";

    protected string BasePath { get; } = basePath;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Ends after the check in progress.</summary>
    public async Task StopAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await _stop.CancelAsync();
            await _running;
            await StoppedAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync();
        _stop.Dispose();
    }

    protected abstract Task CheckAsync();

    /// <summary>Shortens what a lease would do in 20 s.</summary>
    protected abstract Task StoppedAsync();

    protected static string NewUid() => Guid.NewGuid().ToString("N")[..8];

    /// <summary>With all nine digits that Go's clock has.</summary>
    protected static string Now() =>
        DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'21Z'", CultureInfo.InvariantCulture);

    /// <summary>The cluster data as a Go program has them, without what it does not know.</summary>
    protected async Task<(JsonNode Data, long Revision)> ReadAsync()
    {
        var (value, revision) = (await Etcd.GetVersionAsync(ClusterDataKey))!.Value;
        return (GoReader.Read(GoTypes.ClusterData, Encoding.UTF8.GetBytes(value))!, revision);
    }

    /// <summary>Publishes with a new lease, which nobody renews or revokes (docs/spec/store.md 6).</summary>
    protected async Task PublishAsync(string key, GoType type, JsonNode info) => await Etcd.PutAsync(
        $"{BasePath}/{key}",
        Encoding.UTF8.GetString(GoWriter.Write(type, info)),
        await Etcd.GrantAsync(seconds: 20));

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await CheckAsync();
            await Task.Delay(Interval, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
