namespace Stolon.Core.Postgres;

/// <summary>The version of PostgreSQL's programs: 15.18 is (15, 18). (0, 0): unknown.</summary>
public readonly record struct PostgresVersion(int Major, int Minor)
{
    public static PostgresVersion Unknown => default;

    public bool IsKnown => Major > 0;

    /// <summary>Parses the first line of <c>postgres -V</c>: the digits after <c>(PostgreSQL) </c>.</summary>
    /// <returns>False if there are none. A missing minor number is 0; suffixes such as <c>beta1</c> are
    /// ignored.</returns>
    public static bool TryParse(string versionLine, out PostgresVersion version)
    {
        version = default;
        const string Marker = "(PostgreSQL) ";
        var at = versionLine.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0)
        {
            return false;
        }

        var rest = versionLine.AsSpan(at + Marker.Length);
        if (!ReadNumber(ref rest, out var major))
        {
            return false;
        }

        var minor = 0;
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            _ = ReadNumber(ref rest, out minor);
        }

        version = new PostgresVersion(major, minor);
        return true;
    }

    /// <summary>True for this version or a later one; an unknown version is earlier than every other.</summary>
    public bool AtLeast(int major, int minor = 0) => Major > major || (Major == major && Minor >= minor);

    public override string ToString() => $"{Major}.{Minor}";

    private static bool ReadNumber(ref ReadOnlySpan<char> text, out int number)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        var digits = text[..length];
        text = text[length..];
        return int.TryParse(digits, out number);
    }
}
