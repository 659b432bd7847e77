using System.Net.Sockets;

namespace Stolon.Forwarding.Metrics;

/// <summary>The counters of one loop for one destination. Only that loop writes them; any thread may read.</summary>
internal sealed class DestinationCounters
{
    /// <summary>Bytes forwarded from clients.</summary>
    public long FromClients;

    /// <summary>Bytes forwarded to clients.</summary>
    public long ToClients;

    /// <summary>Connection attempts.</summary>
    public long Dials;

    private readonly long[] _failedDials = new long[FailureReasons.Count];

    public void DialFailed(SocketError error) => _failedDials[FailureReasons.IndexOf(error)]++;

    public long FailedDials(int reason) => Volatile.Read(ref _failedDials[reason]);
}
