namespace Stolon.Agents.Ports.Store;

/// <summary>The store was unreachable, timed out, refused the request, or returned an invalid answer.</summary>
/// <remarks>The outcome is unknown: a write may or may not have happened. Read again before the next
/// decision.</remarks>
public sealed class StoreUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);
