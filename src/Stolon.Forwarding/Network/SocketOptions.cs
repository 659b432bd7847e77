namespace Stolon.Forwarding.Network;

/// <summary>The options of forwarded connections, in the system's units. TCP_NODELAY is always set as well.</summary>
internal sealed record SocketOptions
{
    /// <summary>The maximum of Linux (tcp(7)); larger values are reduced to it.</summary>
    private const int MaxSeconds = 32767;
    private const int MaxProbes = 127;

    public required int KeepAliveIdleSeconds { get; init; }

    public required int KeepAliveIntervalSeconds { get; init; }

    /// <summary>0: the system's default.</summary>
    public required int KeepAliveProbes { get; init; }

    /// <summary>0: the system's default.</summary>
    public required int UserTimeoutMilliseconds { get; init; }

    public static SocketOptions From(KeepAliveSettings keepAlive, TimeSpan userTimeout) => new()
    {
        KeepAliveIdleSeconds = Seconds(keepAlive.Idle),
        KeepAliveIntervalSeconds = Seconds(keepAlive.Interval),
        KeepAliveProbes = Math.Min(keepAlive.Probes, MaxProbes),
        UserTimeoutMilliseconds = (int)Math.Min(userTimeout.TotalMilliseconds, int.MaxValue),
    };

    private static int Seconds(TimeSpan setting) =>
        (int)Math.Min(
            (setting > TimeSpan.Zero ? setting : KeepAliveSettings.RuntimeDefault).TotalSeconds, MaxSeconds);
}
