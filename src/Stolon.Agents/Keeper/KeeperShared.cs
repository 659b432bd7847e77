using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Keeper;

/// <summary>State that the keeper's loops share. Safe for use by several threads.</summary>
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
    private ServerStability _stability = new();
    private PostgresVersion _version;

    public TimeSpan SleepInterval => Locked(() => _settings?.SleepInterval) ?? TimeSpan.FromSeconds(5);

    /// <summary>The cluster that this keeper belongs to; null: none.</summary>
    public ClusterUid? Cluster => Locked(() => _cluster);

    /// <summary>Null: none, or not known yet.</summary>
    public Instance? Assigned => Locked(() => _assigned);

    /// <summary>The parameters that the server did not accept; null: this keeper has not configured it yet.</summary>
    public ValueList<string>? LeftOut
    {
        get => Locked(() => _leftOut);
        set => Locked(() => _leftOut = value);
    }

    /// <summary>Of PostgreSQL's programs, as last inspected; unknown before.</summary>
    public PostgresVersion Version
    {
        get => Locked(() => _version);
        set => Locked(() => _version = value);
    }

    /// <summary>How the server's starts went; written by the converging loop.</summary>
    public ServerStability Stability
    {
        get => Locked(() => _stability);
        set => Locked(() => _stability = value);
    }

    /// <summary>The sentinel waits for something that the server will show soon: a synchronous standby, or the timeline
    /// of the instance that it follows.</summary>
    public bool NeedsFastPolling => Locked(() => AwaitsStandbys() || AwaitsTimeline());

    /// <summary>Shares what was read from the cluster data.</summary>
    /// <returns>True when <see cref="NeedsFastPolling"/> has become true.</returns>
    public bool Update(ClusterSettings settings, ClusterUid? cluster, Instance? assigned, Instance? followed) =>
        Locked(() =>
        {
            var before = AwaitsStandbys() || AwaitsTimeline();
            (_settings, _cluster, _assigned, _followed) = (settings, cluster, assigned, followed);
            return !before && (AwaitsStandbys() || AwaitsTimeline());
        });

    /// <returns>True when the cluster has changed: a report is due at once.</returns>
    public bool SetCluster(ClusterUid? cluster) => Locked(() =>
    {
        var changed = _cluster != cluster;
        _cluster = cluster;
        return changed;
    });

    /// <returns>True when more has changed than positions and texts: a report is due at once.</returns>
    public bool Observe(PostgresReport report, long observedAt) => Locked(() =>
    {
        var urgent = _report is not { } before || WithoutPosition(before) != WithoutPosition(report);
        (_report, _observedAt) = (report, observedAt);
        return urgent;
    });

    /// <summary>The newest observation; unhealthy when it is so old that the observation itself must hang.</summary>
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
