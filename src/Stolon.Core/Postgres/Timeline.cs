namespace Stolon.Core.Postgres;

/// <summary>A timeline id: 1 at initialization, a new one at each promotion. 0: unknown.</summary>
/// <remarks>PostgreSQL manual, "Timelines".</remarks>
public readonly record struct Timeline(ulong Value) : IComparable<Timeline>
{
    public static Timeline Unknown => default;

    public int CompareTo(Timeline other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString();

    public static bool operator <(Timeline left, Timeline right) => left.Value < right.Value;

    public static bool operator >(Timeline left, Timeline right) => left.Value > right.Value;

    public static bool operator <=(Timeline left, Timeline right) => left.Value <= right.Value;

    public static bool operator >=(Timeline left, Timeline right) => left.Value >= right.Value;
}

/// <summary>One line of a timeline history: a timeline, and where it ended.</summary>
/// <param name="Reason">PostgreSQL's text, for the operator.</param>
public sealed record TimelineSwitch(Timeline Timeline, Lsn SwitchPoint, string Reason);
