namespace Stolon.Hosting;

/// <summary>The program cannot start or go on, for a reason its user can act on: one FATAL line, exit code 1, no
/// stack.</summary>
/// <remarks>Thrown by front doors and their composition; nothing but <see cref="AgentHost"/> catches it.</remarks>
public sealed class FatalException(string message, Exception? innerException = null)
    : Exception(message, innerException);
