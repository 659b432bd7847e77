namespace Stolon.Store;

/// <summary>The limits of a store's request timeout.</summary>
public static class StoreTimeout
{
    /// <summary>.NET's timers allow at most 24 days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    /// <exception cref="StoreOptionsException">The timeout is out of range.</exception>
    public static void Check(TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero || timeout > Longest)
        {
            throw new StoreOptionsException(
                $"the store timeout must be more than zero and at most {Longest.TotalDays} days");
        }
    }
}
