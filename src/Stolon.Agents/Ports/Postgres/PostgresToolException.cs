using Stolon.Core.Model;

namespace Stolon.Agents.Ports.Postgres;

/// <summary>A PostgreSQL program or query failed; the message names it, and ends with what it said last.</summary>
/// <remarks>Never holds a password: programs get theirs through files, and messages are made from what programs
/// print.</remarks>
public sealed class PostgresToolException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What the operator is to look at.</summary>
    public ComplaintSubject Subject { get; init; } = ComplaintSubject.Convergence;
}
