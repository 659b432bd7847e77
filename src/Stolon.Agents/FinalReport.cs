using Stolon.Agents.Ports.Store;

namespace Stolon.Agents;

/// <summary>The last write of an agent to the store before it ends.</summary>
internal static class FinalReport
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Best effort: an unavailable store must not delay the end of the process.</summary>
    /// <param name="publish">Cancelled after a short time.</param>
    /// <param name="failed">Called when it failed; the store then keeps the report before.</param>
    public static async Task TryPublishAsync(
        Func<CancellationToken, Task> publish, TimeProvider time, Action<Exception> failed)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await publish(limit.Token);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            failed(e);
        }
    }
}
