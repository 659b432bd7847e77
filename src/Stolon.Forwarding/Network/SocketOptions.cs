namespace Stolon.Forwarding.Network;

/// <summary>What is set on every forwarded connection besides no delay for small packets, in the system's
/// units.</summary>
internal sealed record SocketOptions
{
    public required int KeepAliveIdleSeconds { get; init; }

    public required int KeepAliveIntervalSeconds { get; init; }

    /// <summary>0: the system's number.</summary>
    public required int KeepAliveProbes { get; init; }

    /// <summary>0: the system's time.</summary>
    public required int UserTimeoutMilliseconds { get; init; }

    public static SocketOptions From(KeepAliveSettings keepAlive, TimeSpan userTimeout) => new()
    {
        KeepAliveIdleSeconds = Seconds(keepAlive.Idle),
        KeepAliveIntervalSeconds = Seconds(keepAlive.Interval),
        KeepAliveProbes = keepAlive.Probes,
        UserTimeoutMilliseconds = (int)Math.Min(userTimeout.TotalMilliseconds, int.MaxValue),
    };

    private static int Seconds(TimeSpan setting) =>
        (int)(setting > TimeSpan.Zero ? setting : KeepAliveSettings.RuntimeDefault).TotalSeconds;
}
