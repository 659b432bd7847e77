namespace Stolon.Core.Keeper;

/// <summary>A start of the server that failed: it did not start, or its process ended before it was ready.</summary>
/// <param name="Recovering">It had started, and its recovery had begun.</param>
public sealed record FailedStart(string Reason, bool Recovering);
