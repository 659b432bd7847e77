namespace Stolon.Hosting;

/// <summary>The program cannot start or continue, for a reason that the operator can remove: one FATAL line without a
/// stack, exit code 1.</summary>
/// <remarks>Thrown by entry points and their composition. <see cref="AgentHost"/> catches it.</remarks>
public sealed class FatalException(string message, Exception? innerException = null)
    : Exception(message, innerException);
