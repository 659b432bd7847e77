namespace Stolon.Core.Model;

/// <summary>A time on the wall clock of some host, to be shown or stored, never to measure with.</summary>
/// <param name="Value">The time and the writer's zone, to 100 ns.</param>
/// <param name="ExtraNanoseconds">0 to 99: what the stored format has beyond <paramref name="Value"/>.</param>
public readonly record struct WallTime(DateTimeOffset Value, int ExtraNanoseconds = 0)
{
    /// <summary>The format's "never": 0001-01-01T00:00:00Z, always written.</summary>
    public static WallTime Never => default;

    public bool IsNever => this == default;

    public override string ToString() => IsNever ? "never" : Value.ToString("O");
}
