namespace Stolon.Core.Model;

/// <summary>The file system that holds a server's WAL.</summary>
/// <param name="FreeBytes">What the server's user can still write.</param>
public sealed record DiskSpace(long TotalBytes, long FreeBytes)
{
    /// <summary>The reserve is a tenth of the disk, but not more than this.</summary>
    private const long MaxReserve = 32L << 30;

    /// <summary>So little is free that WAL kept for a standby endangers the server.</summary>
    public bool NearlyFull => FreeBytes < Math.Min(TotalBytes / 10, MaxReserve);
}
