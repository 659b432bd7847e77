namespace Stolon.Store.Sqlite;

/// <summary>The time that all processes of this machine share: the kernel's monotonic clock, which nobody can set, and
/// which run of the kernel it belongs to.</summary>
/// <remarks>It stands still while the machine sleeps, and so do all who could renew anything.</remarks>
internal sealed class SqliteClock(TimeProvider time, string? bootId)
{
    /// <summary>A new text at every start of the kernel: random(4).</summary>
    private const string BootIdFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>In units of 100 ns since some moment of this run of the kernel (clock_gettime(2),
    /// CLOCK_MONOTONIC).</summary>
    public long Now => time.GetElapsedTime(0).Ticks;

    /// <exception cref="IOException">The kernel does not say.</exception>
    public string BootId { get; } = bootId ?? File.ReadAllText(BootIdFile).Trim();
}
