namespace Stolon.Forwarding;

/// <summary>How a silent client is probed (proxy.md 2: <c>--tcp-keepalive-*</c>). Keepalive itself is always
/// on.</summary>
public sealed record KeepAliveSettings
{
    /// <summary>What holds where 0 is given. The original's runtime used it too; the kernel's own two hours would leave
    /// clients hanging on a host that has vanished.</summary>
    public static readonly TimeSpan RuntimeDefault = TimeSpan.FromSeconds(15);

    /// <summary>Every setting at its default.</summary>
    public static readonly KeepAliveSettings Default = new()
    {
        Idle = TimeSpan.Zero,
        Interval = TimeSpan.Zero,
        Probes = 0,
    };

    /// <summary>Silence before the first probe, whole seconds. Zero: <see cref="RuntimeDefault"/>.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>Time between probes, whole seconds. Zero: <see cref="RuntimeDefault"/>.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Unanswered probes until the connection counts as dead. 0: the system's number (Linux: 9).</summary>
    public required int Probes { get; init; }
}
