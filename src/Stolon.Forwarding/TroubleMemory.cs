using System.Net.Sockets;

namespace Stolon.Forwarding;

/// <summary>Keeps a trouble that comes with every connection from being logged with every connection: a reason is news
/// the first time and again after it has been quiet for a minute.</summary>
internal sealed class TroubleMemory(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<SocketError, long> _lastSeen = [];

    public bool IsNews(SocketError reason)
    {
        lock (_gate)
        {
            var news = !_lastSeen.TryGetValue(reason, out var last) || time.GetElapsedTime(last) > Quiet;
            _lastSeen[reason] = time.GetTimestamp();
            return news;
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            _lastSeen.Clear();
        }
    }
}
