using System.Globalization;

namespace Stolon.Core.Postgres;

/// <summary>A position in the write-ahead log: bytes since its beginning, as a 64-bit number.</summary>
/// <remarks>PostgreSQL manual, "pg_lsn Type"; written as two hexadecimal halves, <c>16/B374D848</c>. 0:
/// unknown.</remarks>
public readonly record struct Lsn(ulong Value) : IComparable<Lsn>
{
    public static Lsn Unknown => default;

    /// <summary>Parses PostgreSQL's notation, <c>16/B374D848</c>.</summary>
    /// <returns>False if the text is not two hexadecimal numbers of at most 8 digits, joined by a slash.</returns>
    public static bool TryParse(string? text, out Lsn lsn)
    {
        lsn = default;
        if (text?.Split('/') is not [{ Length: > 0 and <= 8 } high, { Length: > 0 and <= 8 } low]
            || !uint.TryParse(high, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var highValue)
            || !uint.TryParse(low, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var lowValue))
        {
            return false;
        }

        lsn = new Lsn(((ulong)highValue << 32) | lowValue);
        return true;
    }

    /// <summary>The number of bytes that this position is behind <paramref name="other"/>; negative if it is
    /// ahead.</summary>
    public long BytesBehind(Lsn other) => unchecked((long)(other.Value - Value));

    public int CompareTo(Lsn other) => Value.CompareTo(other.Value);

    public override string ToString() => $"{Value >> 32:X}/{(uint)Value:X}";

    public static bool operator <(Lsn left, Lsn right) => left.Value < right.Value;

    public static bool operator >(Lsn left, Lsn right) => left.Value > right.Value;

    public static bool operator <=(Lsn left, Lsn right) => left.Value <= right.Value;

    public static bool operator >=(Lsn left, Lsn right) => left.Value >= right.Value;
}
