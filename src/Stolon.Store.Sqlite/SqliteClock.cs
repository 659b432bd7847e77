namespace Stolon.Store.Sqlite;

/// <summary>The time that all processes of this machine share: the kernel's monotonic clock, which cannot be set, and
/// the id of the kernel's boot.</summary>
/// <remarks>It stops while the machine sleeps; so do all programs that could renew.</remarks>
internal sealed class SqliteClock(TimeProvider time, string? bootId)
{
    /// <summary>A new text at every boot: random(4).</summary>
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>In units of 100 ns since an arbitrary moment of this boot (clock_gettime(2),
    /// CLOCK_MONOTONIC).</summary>
    public long Now => time.GetElapsedTime(0).Ticks;

    /// <exception cref="IOException">The kernel does not provide it.</exception>
    public string BootId { get; } = bootId ?? File.ReadAllText(BootIdFile).Trim();
}
