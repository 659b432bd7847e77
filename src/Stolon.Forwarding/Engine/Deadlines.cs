using Stolon.Agents.Ports;

namespace Stolon.Forwarding.Engine;

/// <summary>Pairs that must not stay as they are for longer than a certain time, all the same time, so that the first
/// to come is the first due.</summary>
internal sealed class Deadlines(TimeProvider time, TimeSpan after)
{
    private readonly LinkedList<Deadline> _queue = [];
    private readonly long _ticks = time.TicksOf(after);

    /// <summary>A timestamp. Null: nobody waits.</summary>
    public long? Next => _queue.First?.Value.Due;

    /// <summary>In place of the pair's former deadline, if any.</summary>
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

    /// <summary>The next pair whose time is over; it has no deadline any more. Null: nobody's is.</summary>
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

/// <summary>A pair's place among the deadlines.</summary>
internal sealed class Deadline(Deadlines owner, Pair pair, long due)
{
    public Deadlines Owner => owner;

    public Pair Pair => pair;

    public long Due => due;

    public LinkedListNode<Deadline>? Node { get; set; }
}
