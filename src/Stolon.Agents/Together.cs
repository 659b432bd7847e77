namespace Stolon.Agents;

/// <summary>Runs several activities as one: when one ends or fails, the others are cancelled, and all are waited
/// for.</summary>
public static class Together
{
    public static async Task RunAsync(
        CancellationToken cancellationToken, params IReadOnlyList<Func<CancellationToken, Task>> activities)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = activities.Select(a => a(all.Token)).ToList();
        var first = await Task.WhenAny(running);
        all.Cancel();
        foreach (var activity in running)
        {
            try
            {
                await activity;
            }
            catch (OperationCanceledException) when (activity != first || cancellationToken.IsCancellationRequested)
            {
                // Told to stop, and did.
            }
        }

        await first;
    }
}
