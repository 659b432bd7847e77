namespace Stolon.Postgres;

/// <summary>Limits operations that a frozen server, a full socket or a driver could block forever.</summary>
internal static class TimeLimit
{
    /// <summary>Runs the work. Work that does not react to its cancellation is abandoned, so the limit always
    /// holds.</summary>
    /// <exception cref="TimeoutException">Not done in time. Outcome unknown.</exception>
    public static async Task<T> RunAsync<T>(
        string what, TimeSpan limit, TimeProvider time, Func<CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        using var expiry = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await work(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException e)
            when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{what}: no answer within {limit.TotalSeconds:0.###} s", e);
        }
    }
}
