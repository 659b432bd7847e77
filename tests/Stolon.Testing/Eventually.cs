using System.Diagnostics;

namespace Stolon.Testing;

/// <summary>Waits for another process or task: by a condition, never by a fixed sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Polls until the condition is true.</summary>
    /// <param name="because">The expected condition as a sentence; it becomes the text of the failure.</param>
    /// <exception cref="TimeoutException">The condition did not become true in time.</exception>
    public static Task BeTrueAsync(Func<bool> condition, TimeSpan within, string because) =>
        BeTrueAsync(() => Task.FromResult(condition()), within, because);

    /// <inheritdoc cref="BeTrueAsync(Func{bool},TimeSpan,string)"/>
    public static async Task BeTrueAsync(Func<Task<bool>> condition, TimeSpan within, string because)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within)
            {
                throw new TimeoutException($"not within {within.TotalSeconds:0.#} s: {because}");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Polls until the value is the expected one; the failure reports the last value.</summary>
    /// <exception cref="TimeoutException">The value was another one until the timeout.</exception>
    public static Task BeAsync<T>(T expected, Func<Task<T>> actual, TimeSpan within, string because) => SeeAsync(
        actual,
        seen => EqualityComparer<T>.Default.Equals(expected, seen),
        within,
        $"{because}; expected {expected}");

    /// <summary>Polls until the value satisfies the condition, and returns it; the failure reports the last
    /// value.</summary>
    /// <exception cref="TimeoutException">The value did not satisfy the condition in time.</exception>
    public static async Task<T> SeeAsync<T>(
        Func<Task<T>> look, Func<T, bool> wanted, TimeSpan within, string because)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (wanted(seen))
            {
                return seen;
            }

            if (watch.Elapsed > within)
            {
                throw new TimeoutException($"not within {within.TotalSeconds:0.#} s: {because}; last seen: {seen}");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits for a task; the failure reports what was expected.</summary>
    /// <exception cref="TimeoutException">The task did not complete in time.</exception>
    public static async Task CompleteAsync(Task task, TimeSpan within, string because)
    {
        if (await Task.WhenAny(task, Task.Delay(within)) != task)
        {
            throw new TimeoutException($"not within {within.TotalSeconds:0.#} s: {because}");
        }

        await task;
    }
}
