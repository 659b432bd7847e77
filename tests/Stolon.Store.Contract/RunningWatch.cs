using Stolon.Store.KeyValue;
using Stolon.Testing;

namespace Stolon.Store.Contract;

/// <summary>A running watch, and the number of its signals.</summary>
public sealed class RunningWatch : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private int _signals;

    private RunningWatch(Func<Action, CancellationToken, Task> watch) =>
        Ended = watch(() => Interlocked.Increment(ref _signals), _stop.Token);

    /// <summary>The watch itself; it ends only by exception.</summary>
    public Task Ended { get; }

    public int SignalCount => Volatile.Read(ref _signals);

    /// <summary>Starts a watch and waits for its first signal.</summary>
    public static Task<RunningWatch> StartAsync(IKeyValueStore store, string prefix) =>
        StartAsync((changed, stop) => store.WatchAsync(prefix, changed, stop));

    /// <inheritdoc cref="StartAsync(IKeyValueStore,string)"/>
    /// <param name="begin">Starts the watch.</param>
    public static async Task<RunningWatch> StartAsync(Func<Action, CancellationToken, Task> begin)
    {
        var watch = new RunningWatch(begin);
        await watch.ReportsAsync(0, "the watch has started");
        return watch;
    }

    /// <summary>Waits until it has signalled more than this number of times.</summary>
    public Task ReportsAsync(int moreThan, string because) => Eventually.BeTrueAsync(
        () => SignalCount > moreThan || (Ended.IsFaulted ? throw Ended.Exception : false), Soon, because);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Ended);
        _stop.Dispose();
    }
}
