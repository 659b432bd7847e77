using Stolon.Postgres.Files;

namespace Stolon.Postgres.Processes;

/// <summary>Tracks which server process runs on the data directory; thread-safe.</summary>
internal sealed class ServerTracker(DataDirectory directory)
{
    private readonly Lock _gate = new();
    private ServerProcess? _current;

    /// <summary>The server process; null: none runs.</summary>
    public ServerProcess? Find()
    {
        lock (_gate)
        {
            if (_current is null or { HasExited: true })
            {
                _current = PidFile.Read(directory) is { } file && directory.RealPath is { } path
                    ? ServerProcess.Adopt(file.ProcessId, path)
                    : null;
            }

            return _current;
        }
    }

    /// <summary>The port this server was started with; 0: it has not written its pid file yet.</summary>
    public int PortOf(ServerProcess server) =>
        PidFile.Read(directory) is { } file && file.ProcessId == server.Id ? file.Port : 0;

    /// <summary>From now on this child is the server, even before it has written its pid file.</summary>
    public ServerProcess Started(int childId)
    {
        lock (_gate)
        {
            return _current = ServerProcess.OfChild(childId);
        }
    }
}
