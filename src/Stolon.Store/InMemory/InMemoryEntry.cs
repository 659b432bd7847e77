using Stolon.Store.Election;

namespace Stolon.Store.InMemory;

/// <summary>One key of the in-memory store.</summary>
/// <param name="Created">Step that created the key.</param>
/// <param name="Modified">Step of the last write.</param>
/// <param name="Expires">When it disappears, as time since the store was made; null = stays.</param>
/// <param name="Lease">The lease it disappears with; null = none.</param>
internal sealed record InMemoryEntry(
    ReadOnlyMemory<byte> Value, long Created, long Modified, TimeSpan? Expires, LeaseId? Lease);
