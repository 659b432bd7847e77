using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding;

/// <summary>Keeps a trouble that comes with every connection from being logged with every connection: a reason is news
/// the first time at a place and again after it has been quiet there for a minute.</summary>
internal sealed class RecentFailures(TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(IPEndPoint? Place, SocketError Reason), long> _lastSeen = [];

    /// <param name="place">Null: here.</param>
    public bool IsNews(SocketError reason, IPEndPoint? place = null)
    {
        lock (_gate)
        {
            var news = !_lastSeen.TryGetValue((place, reason), out var last) || time.GetElapsedTime(last) > Quiet;
            _lastSeen[(place, reason)] = time.GetTimestamp();
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
