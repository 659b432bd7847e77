namespace Stolon.Store.Election;

/// <summary>A lease: the server deletes the keys attached to it if it is not renewed in time.</summary>
/// <param name="TimeToLive">How long it lives after a renewal; the server may have granted more than requested.</param>
public sealed record Lease(LeaseId Id, TimeSpan TimeToLive);
