namespace Stolon.Forwarding.Network;

/// <summary>An event of one socket.</summary>
/// <param name="Token">The token with which the socket is watched.</param>
internal readonly record struct Readiness(long Token, Ready Ready);

/// <summary>What a socket is ready for.</summary>
[Flags]
internal enum Ready
{
    None = 0,
    Receive = 1,
    Send = 2,

    /// <summary>The peer has finished sending; there may still be data to receive.</summary>
    PeerFinished = 4,

    /// <summary>The connection was reset, or both directions have ended; a receive shows which.</summary>
    Broken = 8,
}
