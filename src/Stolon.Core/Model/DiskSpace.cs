namespace Stolon.Core.Model;

/// <summary>The file system that holds a server's WAL.</summary>
/// <param name="FreeBytes">What the server's user may still write.</param>
public sealed record DiskSpace(long TotalBytes, long FreeBytes)
{
    /// <summary>A tenth of it, but on a large one not more than this.</summary>
    private const long MaxReserve = 32L << 30;

    /// <summary>So little is left that whoever keeps WAL from being removed endangers the server.</summary>
    public bool NearlyFull => FreeBytes < Math.Min(TotalBytes / 10, MaxReserve);
}
