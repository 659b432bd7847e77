using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Tools;

/// <summary>Reads pg_control through pg_controldata, as seldom as is sound: looks come every second or so.</summary>
/// <remarks>Stopped, the file changes only by our own tools, and its time and size change with it. Running, it changes
/// at every checkpoint; then what was read first of that server process is kept, as it tells the identity, not the
/// position.</remarks>
internal sealed class ControlDataReader(Tool tool, DataDirectory directory)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private volatile Known? _known;

    /// <summary>Null: it cannot be read.</summary>
    public async Task<ControlData?> ReadAsync(ServerProcess? server, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileInfo(directory.File("global/pg_control"));
            var (written, size) = (file.LastWriteTimeUtc, file.Length);
            if (_known is { } known && known.Server == server
                && (server is not null || (known.Written == written && known.Size == size)))
            {
                return known.Data;
            }

            var command = new ToolCommand("pg_controldata", ["-D", directory.Path])
            {
                UntranslatedOutput = true,
                Timeout = Limit,
            };
            var output = await tool.RunAsync(command, cancellationToken);
            if (!ControlData.TryParse(output, out var data))
            {
                return null;
            }

            _known = new Known(server, written, size, data);
            return data;
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException or IOException)
        {
            return null;
        }
    }

    /// <summary>A step has changed the data directory.</summary>
    public void Forget() => _known = null;

    private sealed record Known(ServerProcess? Server, DateTime Written, long Size, ControlData Data);
}
