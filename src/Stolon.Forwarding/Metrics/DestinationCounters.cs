using System.Net.Sockets;

namespace Stolon.Forwarding.Metrics;

/// <summary>What one loop counts for one destination. Written by that loop only, read by whoever asks.</summary>
internal sealed class DestinationCounters
{
    /// <summary>Bytes passed on from clients.</summary>
    public long FromClients;

    /// <summary>Bytes passed on to clients.</summary>
    public long ToClients;

    /// <summary>Connections asked for.</summary>
    public long Dials;

    private readonly long[] _failedDials = new long[FailureReasons.Count];

    public void DialFailed(SocketError error) => _failedDials[FailureReasons.IndexOf(error)]++;

    public long FailedDials(int reason) => Volatile.Read(ref _failedDials[reason]);
}
