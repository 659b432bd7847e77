namespace Stolon.Simulation.Scheduling;

/// <summary>Runs one simulation on one thread, in the order of virtual time; entries due at the same moment run in the
/// order in which they were scheduled.</summary>
internal sealed class Scheduler
{
    private readonly PriorityQueue<Entry, (long Ticks, long Order)> _queue = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private long _order;
    private volatile string? _escape;

    /// <summary>Virtual time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The number of steps that have run.</summary>
    public long Steps { get; private set; }

    /// <summary>Called before virtual time advances: all entries of the moment have run.</summary>
    public Action MomentComplete { get; set; } = () => { };

    public void At(TimeSpan moment, SimulatedContext context, Action action)
    {
        if (Escaped())
        {
            return;
        }

        _queue.Enqueue(new Entry(context, action), ((moment < Now ? Now : moment).Ticks, _order++));
    }

    /// <summary>Runs until the condition is true, which is checked whenever a moment is complete, or until that
    /// time.</summary>
    /// <returns>Whether the condition was true.</returns>
    public bool RunUntil(TimeSpan end, Func<bool> condition)
    {
        while (_queue.TryPeek(out _, out var next))
        {
            if (next.Ticks > Now.Ticks)
            {
                MomentComplete();
                if (condition())
                {
                    return true;
                }

                if (next.Ticks > end.Ticks)
                {
                    break;
                }

                Now = TimeSpan.FromTicks(next.Ticks);
            }

            var entry = _queue.Dequeue();
            Steps++;
            entry.Context.Run(entry.Action);
            ThrowIfEscaped();
        }

        Now = end;
        return condition();
    }

    /// <summary>Everything must run on the simulation's thread, because otherwise the run cannot be repeated.</summary>
    public void CheckThread()
    {
        if (Escaped())
        {
            throw new EscapedException("the simulation was entered from another thread");
        }
    }

    private bool Escaped()
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return false;
        }

        _escape ??= Environment.StackTrace;
        return true;
    }

    public void ThrowIfEscaped()
    {
        if (_escape is { } trace)
        {
            throw new EscapedException("something ran outside the simulation's thread:\n" + trace);
        }
    }

    private readonly record struct Entry(SimulatedContext Context, Action Action);
}

/// <summary>Code left the simulation's thread (ConfigureAwait(false), Task.Run, Task.WhenAny on a completion source,
/// ...).</summary>
internal sealed class EscapedException(string message) : Exception(message);
