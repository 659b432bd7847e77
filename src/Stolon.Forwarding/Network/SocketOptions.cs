namespace Stolon.Forwarding.Network;

/// <summary>What is set on every forwarded connection besides no delay for small packets, in the system's
/// units.</summary>
internal sealed record SocketOptions
{
    /// <summary>Linux takes no more (tcp(7)); more is meant as the most.</summary>
    private const int MostSeconds = 32767;
    private const int MostProbes = 127;

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
        KeepAliveProbes = Math.Min(keepAlive.Probes, MostProbes),
        UserTimeoutMilliseconds = (int)Math.Min(userTimeout.TotalMilliseconds, int.MaxValue),
    };

    private static int Seconds(TimeSpan setting) =>
        (int)Math.Min(
            (setting > TimeSpan.Zero ? setting : KeepAliveSettings.RuntimeDefault).TotalSeconds, MostSeconds);
}
