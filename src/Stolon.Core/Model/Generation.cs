namespace Stolon.Core.Model;

/// <summary>The version of a specification: 1 at creation, one more at each change. 0: never reached.</summary>
public readonly record struct Generation(long Value) : IComparable<Generation>
{
    public static Generation None => default;

    public static Generation First => new(1);

    public Generation Next => new(Value + 1);

    public int CompareTo(Generation other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString();

    public static bool operator <(Generation left, Generation right) => left.Value < right.Value;

    public static bool operator >(Generation left, Generation right) => left.Value > right.Value;

    public static bool operator <=(Generation left, Generation right) => left.Value <= right.Value;

    public static bool operator >=(Generation left, Generation right) => left.Value >= right.Value;
}
