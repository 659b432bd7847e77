namespace Stolon.Agents.Ports.Store;

/// <summary>The store did not answer as asked: unreachable, timed out, refused, or answered nonsense.</summary>
/// <remarks>Unknown outcome: a write may or may not have happened. Read before deciding anything.</remarks>
public sealed class StoreUnavailableException(string message, Exception? innerException = null)
    : Exception(message, innerException);
