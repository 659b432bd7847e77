using Microsoft.Extensions.Logging;

namespace Stolon.Agents.Proxy;

/// <summary>Drains a proxy: its clients may finish before it ends.</summary>
internal static class ProxyDrain
{
    /// <summary>Waits for the signal to stop, closes the ports, and waits for the last client, up to the
    /// limit.</summary>
    /// <param name="stop">Cancelled at the signal to stop.</param>
    /// <param name="cancellationToken">Cancelled when another activity of the proxy has ended.</param>
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
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (stop.Register(() => cancelled.TrySetResult()))
        using (cancellationToken.Register(() => cancelled.TrySetResult()))
        {
            await cancelled.Task;
        }
    }
}
