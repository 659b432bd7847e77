namespace Stolon.Store.Sqlite;

/// <summary>What there is below a prefix; two equal ones mean that nothing has changed, since every write makes
/// <paramref name="Newest"/> larger and everything else makes <paramref name="Entries"/> smaller.</summary>
/// <param name="Newest">The largest revision; 0 when there is nothing.</param>
/// <param name="NextExpiry">By the <see cref="SqliteClock"/>; null = nothing expires.</param>
internal sealed record SqliteSummary(long Entries, long Newest, long? NextExpiry)
{
    public bool SameAs(SqliteSummary other) => Entries == other.Entries && Newest == other.Newest;
}
