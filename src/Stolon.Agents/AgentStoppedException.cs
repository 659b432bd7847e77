namespace Stolon.Agents;

/// <summary>The agent cannot continue. The message names what the operator must change.</summary>
public sealed class AgentStoppedException(string message, Exception? innerException = null)
    : Exception(message, innerException);
