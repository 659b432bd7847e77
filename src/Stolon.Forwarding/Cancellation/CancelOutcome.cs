namespace Stolon.Forwarding.Cancellation;

/// <summary>The result of sending a copy of a cancel request.</summary>
internal enum CancelOutcome
{
    /// <summary>The copy was sent to the destination.</summary>
    Sent,

    /// <summary>The destination did not accept the connection, or was removed.</summary>
    Failed,

    /// <summary>Too many copies to that destination were in progress.</summary>
    Dropped,
}
