namespace Stolon.Store.KeyValue;

/// <summary>The lease or session of each key that is written with a time to live: renewed at each write, and replaced
/// when the server has ended it. Safe for use by several tasks at once.</summary>
/// <param name="renew">Renews it to its full time from now; false if it no longer exists.</param>
/// <param name="create">Creates one with this time to live.</param>
public sealed class TimeToLiveClaims<T>(
    Func<T, CancellationToken, Task<bool>> renew, Func<TimeSpan, CancellationToken, Task<T>> create)
    where T : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Key, TimeSpan TimeToLive), T> _claims = [];

    /// <summary>One that lives for its full time from now.</summary>
    public async Task<T> GetAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        bool known;
        T? claim;
        lock (_lock)
        {
            known = _claims.TryGetValue((key, timeToLive), out claim);
        }

        return known && await renew(claim!, cancellationToken)
            ? claim!
            : await ReplaceAsync(key, timeToLive, cancellationToken);
    }

    /// <summary>A new one, in place of one that the server has ended.</summary>
    public async Task<T> ReplaceAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var claim = await create(timeToLive, cancellationToken);
        lock (_lock)
        {
            _claims[(key, timeToLive)] = claim;
        }

        return claim;
    }
}
