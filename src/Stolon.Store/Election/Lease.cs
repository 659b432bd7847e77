namespace Stolon.Store.Election;

/// <summary>A promise of the server: keys attached to it disappear when it is not renewed in time.</summary>
/// <param name="TimeToLive">How long it lives after a renewal; the server may have given more than was asked.</param>
public sealed record Lease(LeaseId Id, TimeSpan TimeToLive);
