using Microsoft.Extensions.Logging;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>Reads from the files of a stopped server to which cluster the data belong and how far they reach.</summary>
internal sealed class OfflineState(DataDirectory directory, ControlDataReader control, ILogger logger)
{
    private readonly WalDirectory _wal = new(directory, logger);

    /// <returns>The same report when the control data cannot be read.</returns>
    public async Task<PostgresReport> AddToAsync(
        PostgresReport report, PostgresVersion version, CancellationToken cancellationToken)
    {
        var (data, _) = await control.ReadAsync(server: null, cancellationToken);
        if (data is null)
        {
            return report;
        }

        // A standby's data reach at least to where they are consistent, which may lie on a later timeline.
        var replayed = data.MinRecoveryEnd > data.LatestCheckpoint && data.MinRecoveryEndTimeline > Timeline.Unknown;
        var timeline = replayed ? data.MinRecoveryEndTimeline : data.Timeline;
        return report with
        {
            SystemIdentifier = data.SystemIdentifier,
            Timeline = timeline,
            Position = replayed ? data.MinRecoveryEnd : data.LatestCheckpoint,
            TimelineHistory = _wal.KnownHistory(version, timeline),
        };
    }
}
