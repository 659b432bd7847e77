using Stolon.Agents.Ports.Store;

namespace Stolon.Agents;

/// <summary>The last thing an agent tells the store before it ends.</summary>
internal static class FinalReport
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Best effort: a store that is away must not keep the process from ending.</summary>
    /// <param name="bid">What is told; cancelled after a short time.</param>
    /// <param name="failed">Told why it did not work; the store then knows only what it knew.</param>
    public static async Task TryPublishAsync(Func<CancellationToken, Task> bid, TimeProvider time,
        Action<Exception> failed)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await bid(limit.Token);
        }
        catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
        {
            failed(e);
        }
    }
}
