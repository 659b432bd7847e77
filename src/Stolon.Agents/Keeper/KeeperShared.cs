using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>What the keeper's loops tell each other: the newest observation, the newest settings.</summary>
internal sealed class KeeperShared(TimeProvider time)
{
    private readonly Lock _lock = new();
    private PostgresReport? _report;
    private long _observedAt;
    private ClusterSettings? _settings;
    private ClusterUid? _cluster;
    private Instance? _assigned;
    private Instance? _followed;
    private ValueList<string>? _leftOut;
    private ServerStability _life = new();

    public TimeSpan SleepInterval => Locked(() => _settings?.SleepInterval) ?? TimeSpan.FromSeconds(5);

    /// <summary>The cluster this keeper belongs to; null: none, so nothing is published.</summary>
    public ClusterUid? Cluster => Locked(() => _cluster);

    /// <summary>Null: none, or not known yet.</summary>
    public Instance? Assigned => Locked(() => _assigned);

    /// <summary>The parameters that the server did not take; null: this keeper has given it none yet.</summary>
    public ValueList<string>? LeftOut => Locked(() => _leftOut);

    public void LeaveOut(ValueList<string> parameters) => Locked(() => _leftOut = parameters);

    /// <summary>Something others wait for is about to show: a synchronous standby that the primary here does not see
    /// yet, or the timeline of the instance followed. Worth looking for more often.</summary>
    public bool NeedsFastPolling => Locked(() => AwaitsStandbys() || AwaitsTimeline());

    /// <summary>How the server's starts went; the converging loop's to write.</summary>
    public ServerStability Life
    {
        get => Locked(() => _life);
        set => Locked(() => _life = value);
    }

    /// <returns>True when this made it restless.</returns>
    public bool Learn(ClusterSettings settings, ClusterUid? cluster, Instance? assigned, Instance? followed) =>
        Locked(() =>
        {
            var before = AwaitsStandbys() || AwaitsTimeline();
            (_settings, _cluster, _assigned, _followed) = (settings, cluster, assigned, followed);
            return !before && (AwaitsStandbys() || AwaitsTimeline());
        });

    /// <returns>True when it is another cluster than before: it should hear of this keeper at once.</returns>
    public bool Belong(ClusterUid? cluster) => Locked(() =>
    {
        var another = _cluster != cluster;
        _cluster = cluster;
        return another;
    });

    /// <returns>True when something others wait for has changed: it should be published at once.</returns>
    public bool Observe(PostgresReport report, long observedAt) => Locked(() =>
    {
        var urgent = _report is not { } before || WithoutPosition(before) != WithoutPosition(report);
        (_report, _observedAt) = (report, observedAt);
        return urgent;
    });

    /// <summary>The newest observation; unhealthy when it is so old that observing itself must hang.</summary>
    public PostgresReport? Report() => Locked(() =>
        _report is { } report && (report.Healthy || report.Serves)
            && time.GetElapsedTime(_observedAt) > OldestHealthy()
            ? report with { Healthy = false, Serves = false, Reason = "observing PostgreSQL does not end" }
            : _report);

    private bool AwaitsStandbys() => _assigned is { Spec.SynchronousReplication: true }
        && _assigned.Spec.SynchronousStandbys != _report?.SynchronousStandbys;

    private bool AwaitsTimeline() => _followed is { Status.Healthy: true }
        && _report is { Healthy: true }
        && _report.Timeline < _followed.Status.Timeline;

    private TimeSpan OldestHealthy() =>
        (_settings?.SleepInterval ?? TimeSpan.FromSeconds(5)) + (_settings?.RequestTimeout ?? TimeSpan.FromSeconds(10));

    private static PostgresReport WithoutPosition(PostgresReport report) => report with
    {
        Position = default,
        ReplayedPosition = default,
        OldestWalFile = null,
        Reason = null,
        Obstacle = null,
        WriteProblem = null,
        Streams = report.Streams?.Select(s => s with { Flushed = default }).ToValueList(),
        WalDisk = null,
        Slots = report.Slots?.Select(s => s.WithoutSize).ToValueList(),
    };

    private T Locked<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }
}
