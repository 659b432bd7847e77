using Stolon.Core.Model;

namespace Stolon.Agents.Ports.Postgres;

/// <summary>A PostgreSQL program or query failed. The message names it, and ends with its last output.</summary>
/// <remarks>Contains no password: programs get passwords through files, and the message contains only their
/// output.</remarks>
public sealed class PostgresToolException(string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The subject of the complaint that it causes.</summary>
    public ComplaintSubject Subject { get; init; } = ComplaintSubject.Convergence;
}
