namespace Stolon.Core.Proxy;

/// <summary>How far behind the primary a standby may be and still be read from.</summary>
public sealed record ReadLimits
{
    /// <summary>Bytes of WAL not yet replayed; 0: no limit. Positions are reported by turns, so while the primary
    /// writes, a standby in perfect health seems to be behind by what is written in two sleepIntervals.</summary>
    public long MaxLagBytes { get; init; }

    /// <summary>How long ago the primary was where the standby is; zero: no limit.</summary>
    public TimeSpan MaxLag { get; init; } = TimeSpan.FromSeconds(60);
}
