using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Observes the server, and publishes the keeper's report (docs/spec/keeper.md 3 and 7). The two are separate
/// loops, so that a clone that takes hours delays neither.</summary>
internal sealed class KeeperReporter(
    IClusterStore store,
    IPostgres postgres,
    ILocalStateFiles files,
    KeeperOptions options,
    KeeperShared shared,
    ActiveComplaints complaints,
    Wake publish,
    IIdSource ids,
    TimeProvider time)
{
    private static readonly TimeSpan FastPollInterval = TimeSpan.FromMilliseconds(500);

    private readonly OwnComplaint _ofWal = new(complaints, ComplaintSubject.Replication);
    private readonly OwnComplaint _ofWrites = new(complaints, ComplaintSubject.Storage);
    private volatile HeldData? _held;
    private bool _inspected;
    private long _reports;

    /// <returns>The delay until the next observation.</returns>
    public async Task<TimeSpan> ObserveAsync(CancellationToken cancellationToken)
    {
        // Before the server is queried: the generation in a report was in force when the server answered.
        var state = files.ReadInstance();
        var observedAt = time.GetTimestamp();
        if (!shared.Version.IsKnown)
        {
            await InspectAsync(cancellationToken);
        }

        var seen = await postgres.ObserveAsync(cancellationToken);
        var report = ReportedInstance.Attribute(seen, state, shared.Assigned) with
        {
            ListenAddress = options.Identity.Advertised.Host,
            Port = options.Identity.Advertised.Port,
            LeftOut = shared.LeftOut,
        };
        // The observer has logged it.
        complaints.Set(
            ComplaintSubject.Observation, report.Healthy ? report.Obstacle : report.Reason, logged: true);
        _ofWrites.Set(report.WriteProblem);
        _ofWal.Set(WalComplaint.Of(report));
        KeeperGauges.Observed(report);
        var first = !_inspected;
        if (first)
        {
            // Before the first report: a report without held data means that there are none.
            await InspectDataAsync(state, seen, cancellationToken);
        }

        // Whether it serves is observed last.
        if (shared.Observe(report, report.Serves ? time.GetTimestamp() : observedAt))
        {
            publish.Signal();
        }

        if (!first)
        {
            await InspectDataAsync(state, seen, cancellationToken);
        }

        return shared.NeedsFastPolling ? FastPollInterval : shared.SleepInterval / 2;
    }

    /// <summary>A keeper without a cluster publishes a report if it holds data, so that <c>stolonctl init</c> and the
    /// sentinels do not overwrite them unasked.</summary>
    /// <returns>The delay until the next report.</returns>
    public async Task<TimeSpan> PublishAsync(CancellationToken cancellationToken)
    {
        if (shared.Cluster is not null || _held is not null)
        {
            await store.PublishAsync(Report(shared.Cluster, shared.Report()), shared.SleepInterval, cancellationToken);
        }

        return shared.SleepInterval;
    }

    /// <summary>Publishes the last report; repeatedly while the server shuts down.</summary>
    /// <param name="stopped">The server shut down in order, and has sent all WAL to its standbys.</param>
    public async Task PublishFinalReportAsync(bool stopped, CancellationToken cancellationToken)
    {
        if (shared.Cluster is { } cluster && shared.Report() is { } last)
        {
            var report = Report(cluster, last with
            {
                Healthy = false,
                Serves = false,
                Stopped = stopped,
                Reason = stopped ? null : "its keeper is stopping, and PostgreSQL has not shut down in order yet",
            });
            await store.PublishAsync(report, shared.SleepInterval, cancellationToken);
        }
    }

    /// <summary>Without an answer of the server, the files show which data the keeper holds.</summary>
    private async Task InspectDataAsync(InstanceState state, PostgresReport seen, CancellationToken cancellationToken)
    {
        var cluster = files.ReadKeeper().Cluster;
        var held = seen.Healthy
            ? ReplacementRule.Held(seen, state, cluster)
            : ReplacementRule.Held((await InspectAsync(cancellationToken)).Data, state, cluster);
        var changed = (held?.Cluster, held?.Instance, held?.SystemIdentifier)
            != (_held?.Cluster, _held?.Instance, _held?.SystemIdentifier);
        (_held, _inspected) = (held, true);
        if (changed)
        {
            publish.Signal();
        }
    }

    private async Task<PostgresObservation> InspectAsync(CancellationToken cancellationToken)
    {
        var observation = await postgres.InspectAsync(cancellationToken);
        shared.Version = observation.Version;
        return observation;
    }

    private KeeperReport Report(ClusterUid? cluster, PostgresReport? postgresReport) => new()
    {
        InfoUid = ids.NextUid(),
        Number = Interlocked.Increment(ref _reports),
        Uid = options.Uid,
        Cluster = cluster,
        BootUuid = options.Identity.BootUuid,
        BinaryVersion = shared.Version,
        Postgres = postgresReport is null ? null : shared.Stability.AddTo(postgresReport),
        EligibleAsPrimary = options.Identity.EligibleAsPrimary,
        EligibleAsSynchronousStandby = options.Identity.EligibleAsSynchronousStandby,
        Complaints = complaints.Now,
        Holds = _held,
    };
}
