using System.Diagnostics;

namespace Stolon.Testing;

/// <summary>Waiting for something that another process or task does: by condition, never by a fixed sleep.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the condition holds.</summary>
    /// <param name="because">What is waited for, as a sentence; it becomes the failure's text.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time.</exception>
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

    /// <summary>Asks until the answer is the expected one; the failure tells the last answer.</summary>
    /// <exception cref="TimeoutException">Another answer to the end.</exception>
    public static Task BeAsync<T>(T expected, Func<Task<T>> actual, TimeSpan within, string because) => SeeAsync(
        actual,
        seen => EqualityComparer<T>.Default.Equals(expected, seen),
        within,
        $"{because}; expected {expected}");

    /// <summary>Looks until what is seen is as wanted, and gives it; the failure tells what was seen last.</summary>
    /// <exception cref="TimeoutException">It was not as wanted to the end.</exception>
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

    /// <summary>Waits for a task of our own; the failure tells what was waited for.</summary>
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
