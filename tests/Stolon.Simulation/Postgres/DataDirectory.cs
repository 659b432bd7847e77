using Stolon.Core.Postgres;

namespace Stolon.Simulation.Postgres;

/// <summary>An initialized data directory: what survives a crash. All its WAL is flushed.</summary>
internal sealed class DataDirectory
{
    private static readonly Lsn FirstPosition = new(0x1000000);

    private readonly List<WalRecord> _wal = [];

    public DataDirectory(string systemIdentifier) => SystemIdentifier = systemIdentifier;

    public string SystemIdentifier { get; }

    public Timeline Timeline { get; private set; } = new(1);

    public List<TimelineSwitch> History { get; private set; } = [];

    public IReadOnlyList<WalRecord> Wal => _wal;

    public SortedSet<string> Slots { get; } = new(StringComparer.Ordinal);

    /// <summary>Timelines of other instances whose history files are here.</summary>
    public SortedSet<Timeline> KnownTimelines { get; } = [];

    /// <summary>standby.signal exists.</summary>
    public bool Standby { get; set; }

    /// <summary>Shut down cleanly as a primary, and not started since.</summary>
    public bool ShutDownCleanly { get; set; }

    /// <summary>Start of the last checkpoint's record.</summary>
    public Lsn Checkpoint { get; set; } = FirstPosition;

    public Lsn End => _wal.Count == 0 ? FirstPosition : _wal[^1].End;

    public bool Contains(long row) => _wal.Exists(r => r.Row == row);

    public WalRecord Append(long? row, int bytes)
    {
        var record = new WalRecord(End, new Lsn(End.Value + (ulong)bytes), Timeline, row);
        _wal.Add(record);
        return record;
    }

    /// <summary>A new timeline begins here, as at a promotion.</summary>
    public void Branch(int endOfRecoveryBytes)
    {
        History = [.. History, new TimelineSwitch(Timeline, End, "no recovery target specified")];
        do
        {
            Timeline = new Timeline(Timeline.Value + 1);
        }
        while (KnownTimelines.Contains(Timeline));

        Standby = false;
        Append(null, endOfRecoveryBytes);
    }

    /// <summary>Why a standby with these data cannot stream from a server with the given data; null: it can.</summary>
    public string? StreamObstacle(DataDirectory source)
    {
        if (source.SystemIdentifier != SystemIdentifier)
        {
            return "database system identifier differs";
        }

        if (source.Timeline == Timeline)
        {
            return End > source.End ? "requested starting point is ahead of the WAL flush position" : null;
        }

        if (source.Timeline < Timeline)
        {
            return "highest timeline of the primary is behind recovery timeline";
        }

        return source.History.Find(h => h.Timeline == Timeline) is { } end && End <= end.SwitchPoint
            ? null
            : "new timeline forked off before the current recovery point";
    }

    /// <summary>Whether the other one has all WAL of this one, up to its end.</summary>
    public bool IsPrefixOf(DataDirectory other) =>
        _wal.Count <= other._wal.Count && (_wal.Count == 0 || _wal[^1] == other._wal[_wal.Count - 1]);

    /// <summary>Appends the source's WAL up to that position, and takes over the timeline of that WAL.</summary>
    public void Receive(DataDirectory source, Lsn upTo)
    {
        var from = _wal.Count;
        for (var i = from; i < source._wal.Count && source._wal[i].End <= upTo; i++)
        {
            _wal.Add(source._wal[i]);
        }

        if (_wal.Count > from)
        {
            Timeline = _wal[^1].Timeline;
            History = [.. source.History.Where(h => h.Timeline < Timeline)];
        }
    }

    /// <summary>A snapshot of the disk.</summary>
    public DataDirectory Snapshot()
    {
        var copy = CopyAsStandby();
        copy.Standby = Standby;
        copy.ShutDownCleanly = ShutDownCleanly;
        copy.Slots.UnionWith(Slots);
        return copy;
    }

    /// <summary>The result of a base backup or a rewind: a standby with all WAL up to now.</summary>
    public DataDirectory CopyAsStandby()
    {
        var copy = new DataDirectory(SystemIdentifier)
        {
            Timeline = Timeline,
            History = [.. History],
            Standby = true,
            Checkpoint = Checkpoint,
        };
        copy._wal.AddRange(_wal);
        return copy;
    }
}

/// <summary>One record of the write-ahead log; it exists completely or not at all.</summary>
/// <param name="Row">The client's row that it commits; null: PostgreSQL's own record (checkpoint, end of
/// recovery).</param>
internal sealed record WalRecord(Lsn Start, Lsn End, Timeline Timeline, long? Row);
