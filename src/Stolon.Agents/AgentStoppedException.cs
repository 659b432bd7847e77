namespace Stolon.Agents;

/// <summary>The agent cannot go on at all; the message says what an operator must change.</summary>
public sealed class AgentStoppedException(string message, Exception? innerException = null)
    : Exception(message, innerException);
