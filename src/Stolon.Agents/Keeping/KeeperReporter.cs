using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Ports.Keeper;
using Stolon.Ports.Postgres;
using Stolon.Ports.Store;

namespace Stolon.Agents.Keeping;

/// <summary>Observes the server and publishes what it saw (keeper.md 3 and 7): two activities, so that a clone that
/// takes hours keeps neither from its work.</summary>
internal sealed class KeeperReporter(
    IClusterStore store,
    IPostgres postgres,
    ILocalStateFiles files,
    KeeperOptions options,
    KeeperShared shared,
    ComplaintBook complaints,
    Wake publish,
    IIdSource ids,
    TimeProvider time)
{
    private static readonly TimeSpan WhenRestless = TimeSpan.FromMilliseconds(500);

    private PostgresVersion _version;

    /// <returns>How long until the next observation.</returns>
    public async Task<TimeSpan> ObserveAsync(CancellationToken cancellationToken)
    {
        // The state before the server is asked: a report's generation was in force when its answers were given.
        var state = files.ReadInstance();
        var observedAt = time.GetTimestamp();
        if (!_version.IsKnown)
        {
            _version = (await postgres.LookAsync(cancellationToken)).Version;
        }

        var seen = await postgres.ObserveAsync(cancellationToken);
        var report = ReportedInstance.InNameOf(seen, state, shared.Assigned) with
        {
            ListenAddress = options.Identity.Advertised.Host,
            Port = options.Identity.Advertised.Port,
        };
        // The observer has logged it. Without data there is nothing to complain of: the plan says what is awaited.
        complaints.Set(
            ComplaintSubject.Observation, report.Healthy ? report.Obstacle : report.Reason, told: true);
        complaints.Set(ComplaintSubject.Storage, report.WriteProblem);
        KeeperGauges.Observed(report);
        // That it serves was seen last of all.
        if (shared.Observe(report, report.Serves ? time.GetTimestamp() : observedAt))
        {
            publish.Signal();
        }

        return shared.Restless ? WhenRestless : shared.SleepInterval / 2;
    }

    /// <returns>How long until the next publication.</returns>
    public async Task<TimeSpan> PublishAsync(CancellationToken cancellationToken)
    {
        if (shared.Cluster is { } cluster)
        {
            await store.PublishAsync(Report(cluster, shared.Report()), shared.SleepInterval, cancellationToken);
        }

        return shared.SleepInterval;
    }

    /// <summary>The last word.</summary>
    /// <param name="stopped">The server has ended in order.</param>
    public async Task FarewellAsync(bool stopped, CancellationToken cancellationToken)
    {
        if (shared.Cluster is { } cluster && shared.Report() is { } last)
        {
            var report = Report(cluster, last with { Healthy = false, Serves = false, Stopped = stopped });
            await store.PublishAsync(report, shared.SleepInterval, cancellationToken);
        }
    }

    private KeeperReport Report(ClusterUid cluster, PostgresReport? postgresReport) => new()
    {
        InfoUid = ids.NextUid(),
        Uid = options.Uid,
        Cluster = cluster,
        BootUuid = options.Identity.BootUuid,
        BinaryVersion = _version,
        Postgres = postgresReport,
        EligibleAsPrimary = options.Identity.EligibleAsPrimary,
        EligibleAsSynchronousStandby = options.Identity.EligibleAsSynchronousStandby,
        Complaints = complaints.Now,
    };
}
