using Stolon.Agents.Ports;

namespace Stolon.Forwarding.Engine;

/// <summary>Deadlines of pairs, all with the same time limit. So the queue is sorted by due time without any
/// work.</summary>
internal sealed class Deadlines(TimeProvider time, TimeSpan after)
{
    private readonly LinkedList<Deadline> _queue = [];
    private readonly long _ticks = time.TicksOf(after);

    /// <summary>When the first deadline is due, a timestamp. Null: there is none.</summary>
    public long? Next => _queue.First?.Value.Due;

    /// <summary>Sets the pair's deadline and replaces its previous one, if any.</summary>
    public void Set(Pair pair, long now)
    {
        Clear(pair);
        var deadline = new Deadline(this, pair, Timestamps.After(now, _ticks));
        pair.Deadline = deadline;
        deadline.Node = _queue.AddLast(deadline);
    }

    public static void Clear(Pair pair)
    {
        if (pair.Deadline is { } deadline)
        {
            deadline.Owner._queue.Remove(deadline.Node!);
            pair.Deadline = null;
        }
    }

    /// <summary>Removes the next deadline that is due and returns its pair. Null: none is due.</summary>
    public Pair? TakeDue(long now)
    {
        if (_queue.First?.Value is not { } deadline || deadline.Due > now)
        {
            return null;
        }

        Clear(deadline.Pair);
        return deadline.Pair;
    }
}

/// <summary>An entry of <see cref="Deadlines"/>.</summary>
internal sealed class Deadline(Deadlines owner, Pair pair, long due)
{
    public Deadlines Owner => owner;

    public Pair Pair => pair;

    public long Due => due;

    public LinkedListNode<Deadline>? Node { get; set; }
}
