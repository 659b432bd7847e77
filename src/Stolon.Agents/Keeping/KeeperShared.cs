using Stolon.Core.Model;

namespace Stolon.Agents.Keeping;

/// <summary>What the keeper's loops tell each other: the newest observation, the newest settings.</summary>
internal sealed class KeeperShared(TimeProvider time)
{
    private readonly Lock _lock = new();
    private PostgresReport? _report;
    private long _observedAt;
    private ClusterSettings? _settings;
    private ClusterUid? _cluster;
    private bool _awaitsStandbys;

    public TimeSpan SleepInterval => Locked(() => _settings?.SleepInterval) ?? TimeSpan.FromSeconds(5);

    public TimeSpan RequestTimeout => Locked(() => _settings?.RequestTimeout) ?? TimeSpan.FromSeconds(10);

    /// <summary>The cluster this keeper belongs to; null: none, so nothing is published.</summary>
    public ClusterUid? Cluster => Locked(() => _cluster);

    /// <summary>The primary here waits for synchronous standbys that it does not yet see.</summary>
    public bool AwaitsStandbys => Locked(() => _awaitsStandbys);

    public void Learn(ClusterSettings settings, ClusterUid? cluster, Instance? assigned) => Locked(() =>
    {
        (_settings, _cluster) = (settings, cluster);
        _awaitsStandbys = assigned is { Spec.SynchronousReplication: true }
            && assigned.Spec.SynchronousStandbys != _report?.SynchronousStandbys;
        return true;
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
        _report is { Healthy: true } report && time.GetElapsedTime(_observedAt) > OldestHealthy()
            ? report with { Healthy = false }
            : _report);

    private TimeSpan OldestHealthy() =>
        (_settings?.SleepInterval ?? TimeSpan.FromSeconds(5)) + (_settings?.RequestTimeout ?? TimeSpan.FromSeconds(10));

    private static PostgresReport WithoutPosition(PostgresReport report) =>
        report with { Position = default, OldestWalFile = null };

    private T Locked<T>(Func<T> action)
    {
        lock (_lock)
        {
            return action();
        }
    }
}
