using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Reads the files of the WAL directory.</summary>
internal sealed class WalDirectory(DataDirectory directory, ILogger logger)
{
    private string? _oldestUnknown;

    /// <summary>The last two switches that led to this timeline; none on the first timeline (docs/spec/keeper.md 7.1
    /// d).</summary>
    /// <remarks>TIMELINE_HISTORY answers with this very file, but Npgsql 10.0.0 cannot read that answer of PostgreSQL
    /// 15 (the column has become text).</remarks>
    /// <exception cref="PostgresToolException">It cannot be read.</exception>
    public ValueList<TimelineSwitch> History(PostgresVersion version, Timeline timeline)
    {
        if (timeline.Value <= 1)
        {
            return [];
        }

        var path = HistoryFile(version, timeline);
        try
        {
            return TimelineHistory.LastTwo(TimelineHistory.Parse(File.ReadAllText(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new PostgresToolException($"timeline history {path}: {e.Message}", e);
        }
    }

    /// <summary>The same; none when it cannot be read.</summary>
    public ValueList<TimelineSwitch> KnownHistory(PostgresVersion version, Timeline timeline)
    {
        try
        {
            return History(version, timeline);
        }
        catch (PostgresToolException)
        {
            return [];
        }
    }

    /// <summary>Writes the history file of a timeline that left <paramref name="fork"/>'s there, if there is none: as
    /// PostgreSQL itself does at a promotion, or when it fetches the file from a primary.</summary>
    /// <exception cref="PostgresToolException">It cannot be written, or the history before it not be read.</exception>
    public void Note(PostgresVersion version, Timeline taken, TimelineSwitch fork)
    {
        var path = HistoryFile(version, taken);
        try
        {
            if (!File.Exists(path))
            {
                var before = fork.Timeline.Value <= 1 ? "" : File.ReadAllText(HistoryFile(version, fork.Timeline));
                AtomicFile.Write(path, $"{before}{fork.Timeline}\t{fork.SwitchPoint}\ttaken by another instance\n");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"timeline history {path}: {e.Message}", e);
        }
    }

    /// <summary>docs/spec/keeper.md 7.4; null with segments of another size, as the format knows one size
    /// only.</summary>
    public string? OldestFile(PostgresVersion version)
    {
        try
        {
            var directoryPath = PathOf(version);
            var oldest = WalFileName.Oldest(
                Directory.EnumerateFiles(directoryPath).Select(path => Path.GetFileName(path)));
            var isUsable = oldest is null
                || new FileInfo(Path.Combine(directoryPath, oldest)).Length == WalFileName.DefaultSegmentBytes;
            return isUsable ? oldest : Unknown("WAL segments are not of 16 MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unknown(e.Message);
        }
    }

    /// <summary>The file system of the WAL; null: unknown.</summary>
    public DiskSpace? Disk(PostgresVersion version) => Files.Disk.Of(PathOf(version));

    // Once per reason, because an observation runs every few seconds.
    private string? Unknown(string reason)
    {
        if (reason != _oldestUnknown)
        {
            _oldestUnknown = reason;
            PostgresLog.NoOldestWalFile(logger, reason);
        }

        return null;
    }

    private string HistoryFile(PostgresVersion version, Timeline timeline) =>
        Path.Combine(PathOf(version), $"{timeline.Value:X8}.history");

    private string PathOf(PostgresVersion version) => directory.File(DataDirectoryLayout.WalDirectory(version));
}
