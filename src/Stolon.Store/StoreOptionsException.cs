namespace Stolon.Store;

/// <summary>The store's options cannot be used; the message is for the operator and the program does not
/// start.</summary>
public sealed class StoreOptionsException(string message, Exception? innerException = null)
    : Exception(message, innerException);
