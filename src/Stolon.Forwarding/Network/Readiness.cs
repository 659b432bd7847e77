namespace Stolon.Forwarding.Network;

/// <summary>What has become possible on one socket.</summary>
/// <param name="Token">As given when the socket began to be watched.</param>
internal readonly record struct Readiness(long Token, Ready Ready);

/// <summary>What a socket is ready for.</summary>
[Flags]
internal enum Ready
{
    None = 0,
    Receive = 1,
    Send = 2,

    /// <summary>The peer has finished sending; there may be data before that.</summary>
    PeerFinished = 4,

    /// <summary>Reset, or both directions have ended: a receive tells which.</summary>
    Broken = 8,
}
