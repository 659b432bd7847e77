using System.Diagnostics.CodeAnalysis;
using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>The output of <c>pg_controldata</c> for a data directory, as far as it is used.</summary>
/// <remarks>PostgreSQL manual, "pg_controldata". Run it with <c>LC_ALL=C</c>: its labels are translated.</remarks>
public sealed record ControlData
{
    /// <summary>Decimal, the same for all copies from one initdb.</summary>
    public required string SystemIdentifier { get; init; }

    public required ControlState State { get; init; }

    /// <summary>Position of the last checkpoint record; WAL may continue after it.</summary>
    public required Lsn LatestCheckpoint { get; init; }

    /// <summary>The timeline of the last checkpoint.</summary>
    public required Timeline Timeline { get; init; }

    /// <summary>A standby is consistent from this position on; unknown (0) on a primary.</summary>
    public required Lsn MinRecoveryEnd { get; init; }

    /// <summary>The timeline of <see cref="MinRecoveryEnd"/>; unknown (0) on a primary.</summary>
    public required Timeline MinRecoveryEndTimeline { get; init; }

    public required uint WalSegmentBytes { get; init; }

    /// <summary>The minimum values that a standby needs (manual, "Hot Standby", Administrator's Overview), by
    /// parameter: the primary's settings when it wrote the last WAL replayed here.</summary>
    public required ValueMap<string, int> StandbyMinimums { get; init; }

    /// <summary>0: data checksums are off.</summary>
    public required uint ChecksumVersion { get; init; }

    /// <summary>Reads the output of <c>pg_controldata</c>.</summary>
    /// <returns>False if a required line is missing or malformed: another program or language, or a damaged
    /// file.</returns>
    public static bool TryParse(string output, [NotNullWhen(true)] out ControlData? data)
    {
        var lines = Lines(output);
        data = null;
        if (Text(lines, "Database system identifier") is not { Length: > 0 } identifier
            || !identifier.All(char.IsAsciiDigit)
            || Text(lines, "Database cluster state") is not { } state
            || !Lsn.TryParse(Text(lines, "Latest checkpoint location"), out var checkpoint)
            || !uint.TryParse(Text(lines, "Latest checkpoint's TimeLineID"), out var timeline)
            || !Lsn.TryParse(Text(lines, "Minimum recovery ending location"), out var recoveryEnd)
            || !uint.TryParse(Text(lines, "Min recovery ending loc's timeline"), out var recoveryEndTimeline)
            || !uint.TryParse(Text(lines, "Bytes per WAL segment"), out var segmentBytes)
            || !uint.TryParse(Text(lines, "Data page checksum version"), out var checksumVersion))
        {
            return false;
        }

        data = new ControlData
        {
            SystemIdentifier = identifier,
            State = StateOf(state),
            LatestCheckpoint = checkpoint,
            Timeline = new Timeline(timeline),
            MinRecoveryEnd = recoveryEnd,
            MinRecoveryEndTimeline = new Timeline(recoveryEndTimeline),
            WalSegmentBytes = segmentBytes,
            StandbyMinimums = Minimums(lines),
            ChecksumVersion = checksumVersion,
        };
        return true;
    }

    /// <summary>The lines present depend on the version.</summary>
    private static ValueMap<string, int> Minimums(Dictionary<string, string> lines) => StandbyRequirements.Labels
        .Select(l => (l.Parameter, Text: Text(lines, l.Label)))
        .Where(l => int.TryParse(l.Text, out _))
        .ToValueMap(l => l.Parameter, l => int.Parse(l.Text!));

    private static Dictionary<string, string> Lines(string output)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in output.Split('\n'))
        {
            if (line.IndexOf(':') is > 0 and var colon)
            {
                _ = lines.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
        }

        return lines;
    }

    private static string? Text(Dictionary<string, string> lines, string label) => lines.GetValueOrDefault(label);

    private static ControlState StateOf(string text) => text switch
    {
        "starting up" => ControlState.StartingUp,
        "shut down" => ControlState.ShutDown,
        "shut down in recovery" => ControlState.ShutDownInRecovery,
        "shutting down" => ControlState.ShuttingDown,
        "in crash recovery" => ControlState.InCrashRecovery,
        "in archive recovery" => ControlState.InArchiveRecovery,
        "in production" => ControlState.InProduction,
        _ => ControlState.Unknown,
    };
}

/// <summary>The state of an instance in its control file; after a crash, the state before it.</summary>
/// <remarks>PostgreSQL's DBState, pg_controldata "Database cluster state".</remarks>
public enum ControlState
{
    /// <summary>A text unknown to this program.</summary>
    Unknown,

    StartingUp,

    /// <summary>Clean shutdown as a primary: nothing to recover.</summary>
    ShutDown,

    /// <summary>Clean shutdown as a standby.</summary>
    ShutDownInRecovery,

    ShuttingDown,

    InCrashRecovery,

    InArchiveRecovery,

    InProduction,
}
