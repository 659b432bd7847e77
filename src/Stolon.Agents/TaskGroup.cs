namespace Stolon.Agents;

/// <summary>Runs several activities as one: when one ends or fails, the others are cancelled, and all are waited
/// for.</summary>
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
            // All, whatever each ends with. A fault comes before a cancellation, the first to end before others.
            await Task.WhenAll([first, .. running]);
        }
        catch (OperationCanceledException)
        {
            // Told to stop, and did.
        }

        await first;
    }
}
