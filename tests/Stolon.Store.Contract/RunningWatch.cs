using Stolon.Store.KeyValue;
using Stolon.Testing;

namespace Stolon.Store.Contract;

/// <summary>A watch that a test lets run, and how often it told of a change.</summary>
public sealed class RunningWatch : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private int _told;

    private RunningWatch(Func<Action, CancellationToken, Task> watch) =>
        Ended = watch(() => Interlocked.Increment(ref _told), _stop.Token);

    /// <summary>The watch itself; it ends only by exception.</summary>
    public Task Ended { get; }

    public int ToEntry => Volatile.Read(ref _told);

    /// <summary>A watch that stands.</summary>
    public static Task<RunningWatch> StartAsync(IKeyValueStore store, string prefix) =>
        StartAsync((changed, stop) => store.WatchAsync(prefix, changed, stop));

    /// <inheritdoc cref="StartAsync(IKeyValueStore,string)"/>
    /// <param name="begin">Begins it.</param>
    public static async Task<RunningWatch> StartAsync(Func<Action, CancellationToken, Task> begin)
    {
        var watch = new RunningWatch(begin);
        await watch.ReportsAsync(0, "the watch stands");
        return watch;
    }

    /// <summary>Waits until it has told more than so many times.</summary>
    public Task ReportsAsync(int moreThan, string because) => Eventually.BeTrueAsync(
        () => ToEntry > moreThan || (Ended.IsFaulted ? throw Ended.Exception : false), Soon, because);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(Ended);
        _stop.Dispose();
    }
}
