namespace Stolon.Forwarding.Engine;

/// <summary>How a flow's turn ended.</summary>
internal enum FlowOutcome
{
    /// <summary>It waits for one of its sockets.</summary>
    Blocked,

    /// <summary>It could go on, and has to wait for its next turn.</summary>
    More,

    /// <summary>The sender has finished and the receiver knows.</summary>
    Ended,

    /// <summary>One of the sockets is broken.</summary>
    Failed,

    /// <summary>What the proxy was told is too old to pass anything on.</summary>
    Untrusted,
}
