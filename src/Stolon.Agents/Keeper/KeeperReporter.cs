using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Keeper;

/// <summary>Observes the server and publishes what it saw (keeper.md 3 and 7): two activities, so that a clone that
/// takes hours keeps neither from its work.</summary>
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
    private PostgresVersion _version;
    private volatile HeldData? _held;
    private bool _looked;
    private long _reports;

    /// <returns>How long until the next observation.</returns>
    public async Task<TimeSpan> ObserveAsync(CancellationToken cancellationToken)
    {
        // The state before the server is asked: a report's generation was in force when its answers were given.
        var state = files.ReadInstance();
        var observedAt = time.GetTimestamp();
        if (!_version.IsKnown)
        {
            _version = (await postgres.InspectAsync(cancellationToken)).Version;
        }

        var seen = await postgres.ObserveAsync(cancellationToken);
        var report = ReportedInstance.Attribute(seen, state, shared.Assigned) with
        {
            ListenAddress = options.Identity.Advertised.Host,
            Port = options.Identity.Advertised.Port,
            LeftOut = shared.LeftOut,
        };
        // The observer has logged it. Without data there is nothing to complain of: the plan says what is awaited.
        complaints.Set(
            ComplaintSubject.Observation, report.Healthy ? report.Obstacle : report.Reason, logged: true);
        _ofWrites.Set(report.WriteProblem);
        _ofWal.Set(WalComplaint.Of(report));
        KeeperGauges.Observed(report);
        var first = !_looked;
        if (first)
        {
            // First: whoever reads what was seen concludes from a keeper's silence that it holds nothing.
            await InspectDataAsync(state, seen, cancellationToken);
        }

        // That it serves was seen last of all.
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

    /// <summary>What is held is known from the files, too, when no server runs or answers.</summary>
    private async Task InspectDataAsync(InstanceState state, PostgresReport seen, CancellationToken cancellationToken)
    {
        var cluster = files.ReadKeeper().Cluster;
        var held = seen.Healthy
            ? ReplacementRule.Held(seen, state, cluster)
            : ReplacementRule.Held((await postgres.InspectAsync(cancellationToken)).Data, state, cluster);
        var another = (held?.Cluster, held?.Instance, held?.SystemIdentifier)
            != (_held?.Cluster, _held?.Instance, _held?.SystemIdentifier);
        (_held, _looked) = (held, true);
        if (another)
        {
            publish.Signal();
        }
    }

    /// <summary>A keeper of no cluster is heard if it has something to lose: whoever is about to begin one must
    /// know.</summary>
    /// <returns>How long until the next publication.</returns>
    public async Task<TimeSpan> PublishAsync(CancellationToken cancellationToken)
    {
        if (shared.Cluster is not null || _held is not null)
        {
            await store.PublishAsync(Report(shared.Cluster, shared.Report()), shared.SleepInterval, cancellationToken);
        }

        return shared.SleepInterval;
    }

    /// <summary>The last word; more than one, while the server's end takes its time.</summary>
    /// <param name="stopped">The server is shut down in order, and has sent everything.</param>
    public async Task PublishFinalReportAsync(bool stopped, CancellationToken cancellationToken)
    {
        if (shared.Cluster is { } cluster && shared.Report() is { } last)
        {
            var report = Report(cluster, last with
            {
                Healthy = false,
                Serves = false,
                Stopped = stopped,
                Reason = stopped ? null : "its keeper was told to stop, and PostgreSQL has not ended in order yet",
            });
            await store.PublishAsync(report, shared.SleepInterval, cancellationToken);
        }
    }

    private KeeperReport Report(ClusterUid? cluster, PostgresReport? postgresReport) => new()
    {
        InfoUid = ids.NextUid(),
        Number = Interlocked.Increment(ref _reports),
        Uid = options.Uid,
        Cluster = cluster,
        BootUuid = options.Identity.BootUuid,
        BinaryVersion = _version,
        Postgres = postgresReport is null ? null : shared.Life.AddTo(postgresReport),
        EligibleAsPrimary = options.Identity.EligibleAsPrimary,
        EligibleAsSynchronousStandby = options.Identity.EligibleAsSynchronousStandby,
        Complaints = complaints.Now,
        Holds = _held,
    };
}
