namespace Stolon.Forwarding.Engine;

/// <summary>The result of <see cref="Flow.Move"/>.</summary>
internal enum FlowOutcome
{
    /// <summary>The flow waits for one of its sockets.</summary>
    Blocked,

    /// <summary>The limit of the turn is reached; the flow can continue in its next turn.</summary>
    More,

    /// <summary>All data and the end of the stream have been forwarded.</summary>
    Ended,

    /// <summary>One of the sockets has failed.</summary>
    Failed,

    /// <summary>The route lease has expired; nothing may be forwarded.</summary>
    LeaseExpired,
}
