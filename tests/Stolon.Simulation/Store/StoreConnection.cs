using Stolon.Agents.Ports.Store;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Store;

/// <summary>One process's connection to the store: every request and every response takes time and may be
/// lost.</summary>
internal sealed class StoreConnection(SimulatedWorld world, SimulatedProcess process)
{
    /// <summary>The request timeout of the etcd backend.</summary>
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private SimulatedStore Store => world.Store;

    private bool Reachable => Store.ReachableFrom(process.Name);

    /// <summary>Sends a request. A request that was sent takes effect even if the sender dies meanwhile.</summary>
    public async Task<T> RequestAsync<T>(Func<Task<T>> request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var response = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Reachable)
        {
            world.Context.After(world.Network.Latency(), () => Serve(request, response));
        }

        using var timer = process.Time.CreateTimer(
            _ => response.TrySetException(new StoreUnavailableException("the store did not answer in time")),
            null,
            RequestTimeout,
            Timeout.InfiniteTimeSpan);
        using var cancellation = cancellationToken.Register(() => response.TrySetCanceled(cancellationToken));
        return await response.Task;
    }

    /// <summary>A watch that breaks when the store becomes unreachable.</summary>
    public async Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken)
    {
        await RequestAsync(() => Task.FromResult(true), cancellationToken);
        var broken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancellation = cancellationToken.Register(() => broken.TrySetCanceled(cancellationToken));
        using var stop = new CancellationTokenSource();
        void Break()
        {
            if (!Reachable)
            {
                broken.TrySetException(new StoreUnavailableException("the watch broke"));
            }
        }

        var breaks = Break;
        world.Network.OnChange.Add(breaks);
        Store.OnOutage.Add(breaks);
        try
        {
            _ = Store.Server.WatchAsync(
                prefix, () => process.Context.After(world.Network.Latency(), changed), stop.Token);
            await broken.Task;
        }
        finally
        {
            world.Network.OnChange.Remove(breaks);
            Store.OnOutage.Remove(breaks);
            stop.Cancel();
        }
    }

    private void Serve<T>(Func<Task<T>> request, TaskCompletionSource<T> response)
    {
        if (!Reachable)
        {
            return;
        }

        // The server's tasks are already complete.
        var done = request();
        world.Context.After(world.Network.Latency(), () =>
        {
            if (!Reachable)
            {
                return;
            }

            if (done.Exception?.InnerException is { } error)
            {
                response.TrySetException(error);
            }
            else
            {
                response.TrySetResult(done.GetAwaiter().GetResult());
            }
        });
    }
}
