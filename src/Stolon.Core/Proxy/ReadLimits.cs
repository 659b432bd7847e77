namespace Stolon.Core.Proxy;

/// <summary>The maximum lag of a standby that the read-only port uses.</summary>
public sealed record ReadLimits
{
    /// <summary>Bytes of WAL not yet replayed; 0: no limit. Positions are reported one after another. So while the
    /// primary writes, a healthy standby seems to be behind by what is written in two sleepIntervals.</summary>
    public long MaxLagBytes { get; init; }

    /// <summary>The time since the primary was at the standby's position; zero: no limit.</summary>
    public TimeSpan MaxLag { get; init; } = TimeSpan.FromSeconds(60);
}
