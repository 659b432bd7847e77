namespace Stolon.Agents;

/// <summary>Runs several activities as one. When one ends or fails, the others are cancelled, and all are
/// awaited.</summary>
public static class TaskGroup
{
    public static async Task RunAsync(
        CancellationToken cancellationToken, params IReadOnlyList<Func<CancellationToken, Task>> activities)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = activities.Select(a => a(all.Token)).ToList();
        var first = await Task.WhenAny(running);
        all.Cancel();
        try
        {
            // A failure takes precedence over a cancellation, and the first to end over the others.
            await Task.WhenAll([first, .. running]);
        }
        catch (OperationCanceledException)
        {
            // They were cancelled above, or by the caller; the first decides.
        }

        await first;
    }
}
