namespace Stolon.Forwarding.Cancellation;

/// <summary>What became of a copy of a request to cancel.</summary>
internal enum CancelOutcome
{
    /// <summary>The destination was given it.</summary>
    Sent,

    /// <summary>The destination did not accept a connection, or was none any more.</summary>
    Failed,

    /// <summary>Too many were under way to that destination.</summary>
    Dropped,
}
