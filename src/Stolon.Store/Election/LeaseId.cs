using System.Globalization;

namespace Stolon.Store.Election;

/// <summary>The id of a lease; never 0. As text: lower-case hexadecimal without padding, as in the last part of
/// election keys (docs/spec/store.md 7.1).</summary>
public readonly record struct LeaseId(long Value)
{
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
