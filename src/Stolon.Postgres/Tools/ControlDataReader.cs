using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Tools;

/// <summary>Reads pg_control through pg_controldata, and caches the result, because inspections run about every
/// second.</summary>
/// <remarks>The cache depends on the file's time and size. Under a running server the file changes often, and the data
/// that we need may then be some seconds old.</remarks>
internal sealed class ControlDataReader(Tool tool, DataDirectory directory, TimeProvider time)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>PG_CONTROL_FILE_SIZE, the same in all versions.</summary>
    private const long FullSize = 8192;

    private volatile Known? _known;

    /// <returns>Null data: they cannot be read; "may pass": the cause is not in the file.</returns>
    public async Task<(ControlData? Data, bool MayPass)> ReadAsync(
        ServerProcess? server, CancellationToken cancellationToken)
    {
        var isComplete = false;
        try
        {
            var file = new FileInfo(directory.File("global/pg_control"));
            var (written, size) = (file.LastWriteTimeUtc, file.Length);
            if (_known is { } known && known.Server == server
                && ((known.Written == written && known.Size == size)
                    || (server is not null && time.GetElapsedTime(known.ReadAt) < Fresh)))
            {
                return (known.Data, false);
            }

            isComplete = size == FullSize;

            var readAt = time.GetTimestamp();
            var command = new ToolCommand("pg_controldata", ["-D", directory.Path])
            {
                UntranslatedOutput = true,
                Timeout = Limit,
            };
            var output = await tool.RunAsync(command, cancellationToken);
            if (!ControlData.TryParse(output, out var data))
            {
                return (null, false);
            }

            _known = new Known(server, written, size, readAt, data);
            return (data, false);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, false);
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException or IOException)
        {
            // pg_controldata only warns about a damaged file, unless it is too short. Here it could not be run, was
            // killed, or could not open the file.
            return (null, isComplete || e is IOException);
        }
    }

    /// <summary>A step has changed the data directory.</summary>
    public void Forget() => _known = null;

    private sealed record Known(ServerProcess? Server, DateTime Written, long Size, long ReadAt, ControlData Data);
}
