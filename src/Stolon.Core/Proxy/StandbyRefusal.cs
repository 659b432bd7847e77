namespace Stolon.Core.Proxy;

/// <summary>Why a standby is not read from.</summary>
/// <param name="Lag">Null: not measured, for it does not matter.</param>
public sealed record StandbyRefusal(RefusalReason Reason, StandbyLag? Lag = null);

/// <summary>How far behind a standby is, as far as the cluster data can tell.</summary>
/// <param name="Bytes">0 or more.</param>
/// <param name="Time">Null: for longer than is known.</param>
public sealed record StandbyLag(long Bytes, TimeSpan? Time);

/// <summary>What is wrong with a standby.</summary>
public enum RefusalReason
{
    /// <summary>It is the primary now, or is to be one, or was one.</summary>
    NotAStandby,

    /// <summary>It or its keeper is not healthy, or has said nothing of itself.</summary>
    NotHealthy,

    /// <summary>It has not carried out its specification.</summary>
    NotConverged,

    /// <summary>It is not on the primary's timeline, or not even on its history.</summary>
    AnotherTimeline,

    /// <summary>Its address is not known, or is the primary's.</summary>
    NoAddress,

    /// <summary>More bytes behind than allowed, or not yet close enough to be taken in again.</summary>
    TooManyBytesBehind,

    /// <summary>Longer behind than allowed, or not yet close enough to be taken in again.</summary>
    TooLongBehind,
}
