using System.Diagnostics;

namespace Stolon.Testing;

/// <summary>Waits for what real processes bring about in their own time; its failure says what was expected and seen.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold <paramref name="within"/> the time given.</exception>
    public static Task BeTrue(Func<bool> condition, TimeSpan within, string because) =>
        BeTrue(() => Task.FromResult(condition()), within, because);

    /// <summary>Asks until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold <paramref name="within"/> the time given.</exception>
    public static async Task BeTrue(Func<Task<bool>> condition, TimeSpan within, string because)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > within)
            {
                throw new TimeoutException($"not within {within.TotalSeconds:0.#} s: {because}");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Looks until what is seen is as wanted, and gives it.</summary>
    /// <exception cref="TimeoutException">It was not; the text shows what was seen last.</exception>
    public static async Task<T> See<T>(Func<Task<T>> look, Func<T, bool> wanted, TimeSpan within, string because)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (wanted(seen))
            {
                return seen;
            }

            if (clock.Elapsed > within)
            {
                throw new TimeoutException($"not within {within.TotalSeconds:0.#} s: {because}; last seen: {seen}");
            }

            await Task.Delay(Pause);
        }
    }
}
