namespace Stolon.Forwarding;

/// <summary>TCP keepalive of an idle connection (docs/spec/proxy-rules.md 2: <c>--tcp-keepalive-*</c>). It is always
/// on.</summary>
public sealed record KeepAliveSettings
{
    /// <summary>The value in place of 0, as in the runtime of the original. With the kernel's two hours, clients would
    /// wait too long for a host that has failed.</summary>
    public static readonly TimeSpan RuntimeDefault = TimeSpan.FromSeconds(15);

    /// <summary>All settings at their defaults.</summary>
    public static readonly KeepAliveSettings Default = new()
    {
        Idle = TimeSpan.Zero,
        Interval = TimeSpan.Zero,
        Probes = 0,
    };

    /// <summary>Idle time before the first probe, whole seconds. Zero: <see cref="RuntimeDefault"/>.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>Time between probes, whole seconds. Zero: <see cref="RuntimeDefault"/>.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Unanswered probes before the connection is closed. 0: the system's number (Linux: 9).</summary>
    public required int Probes { get; init; }
}
