using System.Text;

namespace Stolon.Wire.Go;

/// <summary>Members of maps in Go's order: by the bytes of their names. This differs from .NET's ordinal comparison if
/// a name has characters beyond U+FFFF.</summary>
internal static class GoOrder
{
    private static readonly Comparer<byte[]> Bytes = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));

    public static IEnumerable<T> InGoOrder<T>(this IEnumerable<T> entries, Func<T, string> name) =>
        entries.OrderBy(entry => Encoding.UTF8.GetBytes(name(entry)), Bytes);
}
