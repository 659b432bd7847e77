namespace Stolon.Store;

/// <summary>What a store's request timeout may be.</summary>
public static class StoreTimeout
{
    /// <summary>Timers take no more than 24 days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    /// <exception cref="StoreOptionsException">The timeout cannot be used.</exception>
    public static void Check(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero || timeout > Longest)
        {
            throw new StoreOptionsException(
                $"the store timeout must be more than zero and at most {Longest.TotalDays} days");
        }
    }
}
