using Microsoft.Extensions.Logging;

namespace Stolon.Agents.Proxy;

/// <summary>The end of a proxy that lets its clients finish.</summary>
internal static class ProxyDrain
{
    /// <summary>Waits to be told to stop, closes the ports, and waits for the last client, but no longer than so.
    /// </summary>
    /// <param name="stop">Cancelled: told to stop.</param>
    /// <param name="cancellationToken">Something else has ended: do not wait any more.</param>
    public static async Task RunAsync(
        ProxyPorts ports,
        TimeSpan limit,
        TimeProvider time,
        ILogger logger,
        CancellationToken stop,
        CancellationToken cancellationToken)
    {
        await WaitForAsync(stop, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        ProxyLog.Draining(logger, limit);
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await Task.WhenAll(ports.All.Select(p => p.Forwarder.DrainAsync(either.Token)).ToList());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            ProxyLog.DrainTimedOut(logger);
        }
    }

    private static async Task WaitForAsync(CancellationToken stop, CancellationToken cancellationToken)
    {
        var logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => logged.TrySetResult()))
        using (cancellationToken.Register(() => logged.TrySetResult()))
        {
            await logged.Task;
        }
    }
}
