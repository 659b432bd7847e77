namespace Stolon.Store;

/// <summary>The store's options are invalid. The message is for the operator; the program does not start.</summary>
public sealed class StoreOptionsException(string message, Exception? innerException = null)
    : Exception(message, innerException);
