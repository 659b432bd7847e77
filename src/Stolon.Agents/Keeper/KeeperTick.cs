using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Makes the instance match the cluster data (docs/spec/keeper.md 4).</summary>
/// <remarks>One round:
/// <list type="number">
/// <item>Read the cluster data. If they are unusable, the instance stays as it is.</item>
/// <item>Inspect PostgreSQL, and share with the other loops what they need of both.</item>
/// <item>Make a plan.</item>
/// <item>Log it.</item>
/// <item>Execute it. A step that needs current cluster data is not done on old ones, and a long step ends when the
/// cluster data ask for something else.</item>
/// <item>Remember the outcome: what is in effect, and how starts of the server went.</item>
/// </list>
/// A plan that acts is followed by the next round at once, because it has changed what is observed. The tick ends with
/// the first plan that does not act, whose verdict becomes a complaint, or after <see cref="MaxRounds"/>.</remarks>
internal sealed class KeeperTick(
    IClusterStore store,
    IPostgres postgres,
    ILocalStateFiles files,
    KeeperOptions options,
    KeeperShared shared,
    ActiveComplaints complaints,
    ConfigurationReport configuration,
    KeeperExecutor executor,
    Wake observe,
    Wake publish,
    Wake assignmentChanged,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>More than any convergence needs. Beyond it something flaps, and the next tick is soon enough.</summary>
    private const int MaxRounds = 12;

    /// <summary>Inspection and planning may take this long on a busy host. With a shorter limit, no server would ever
    /// be started there.</summary>
    private static readonly TimeSpan MinFreshness = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RunAgainSoon = TimeSpan.FromMilliseconds(250);

    private readonly long _start = time.GetTimestamp();
    private readonly KeeperRunLog _log = new(logger);
    private readonly DuplicateKeeperDetector _duplicateDetector = new(options, complaints, logger);
    private readonly SeenClusterDataFile _seenClusterData = new(files, logger);
    private readonly VerdictComplaints _verdicts = new(complaints, () => shared.SleepInterval, time);
    private readonly CommandComplaints _commands = new(complaints, time);
    private readonly OwnComplaint _risk = new(complaints, ComplaintSubject.Storage);
    private KeeperMemory _memory = new();

    private TimeSpan Freshness => shared.SleepInterval > MinFreshness ? shared.SleepInterval : MinFreshness;

    /// <returns>The delay until the next tick.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ConvergeAsync(cancellationToken);
        }
        catch (Exception e) when (Loop.IsEnvironmental(e) && e is not StoreUnavailableException)
        {
            var subject = e is PostgresToolException failed ? failed.Subject : ComplaintSubject.Convergence;
            if (subject == ComplaintSubject.Command)
            {
                _commands.Ended(e.Message);
            }

            complaints.Add(subject, e.Message, logged: true);
            throw;
        }
    }

    private async Task<TimeSpan> ConvergeAsync(CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            // 1. Read.
            var readAt = time.GetTimestamp();
            if (await ReadAsync(cancellationToken) is not { } data)
            {
                return shared.SleepInterval;
            }

            // 2. Inspect.
            var view = await InspectAsync(data, cancellationToken);

            // 3. Plan.
            var plan = ConvergencePlan.For(view);

            // 4. Log.
            _log.Log(view, plan);

            // 5. Execute, and 6. remember the outcome.
            await CarryOutAsync(plan, KeeperAssignment.Of(data, options.Uid), readAt, cancellationToken);

            if (plan.Verdict is not KeeperVerdict.Act)
            {
                _verdicts.Apply(view, plan);
                configuration.RestartHeld(plan.RestartHeld);
                return plan.RunAgainSoon ? RunAgainSoon : shared.SleepInterval;
            }
        }

        return shared.SleepInterval;
    }

    /// <summary>Null: the cluster data are unusable.</summary>
    private async Task<ClusterData?> ReadAsync(CancellationToken cancellationToken)
    {
        switch (await store.ReadAsync(cancellationToken))
        {
            case ClusterDataRead.Found found:
                KeeperGauges.ReadClusterData(time, ClusterSettings.From(found.Data.Cluster.Spec).SleepInterval);
                return found.Data;
            case ClusterDataRead.Unusable unusable:
                _log.CannotAct($"the cluster data cannot be used: {unusable.Problem}");
                return null;
            default:
                _log.CannotAct("there is no cluster data yet");
                return null;
        }
    }

    private async Task<KeeperView> InspectAsync(ClusterData data, CancellationToken cancellationToken)
    {
        _duplicateDetector.Check(data);
        var state = _seenClusterData.Update(data);
        var view = new KeeperView
        {
            Data = data,
            Self = options.Uid,
            Identity = options.Identity,
            KnownCluster = state.Cluster,
            Seen = state.Seen,
            Local = files.ReadInstance(),
            Observation = await postgres.InspectAsync(cancellationToken),
            Memory = _memory,
        };
        _commands.Update(view.Observation.Server?.Command);
        shared.Version = view.Observation.Version;
        SetStability(shared.Stability.AfterObservation(view.Observation, time.GetElapsedTime(_start)));
        var followed = view.Assigned is { } assigned ? view.FollowedBy(assigned) : null;
        if (shared.Update(view.Settings, state.Cluster, view.Assigned, followed))
        {
            observe.Signal();
        }

        return view;
    }

    /// <summary>A change that the sentinel acts on is published at once.</summary>
    private void SetStability(ServerStability stability)
    {
        var before = shared.Stability;
        shared.Stability = stability;
        if ((before.UnplannedEnds, before.Trouble) != (stability.UnplannedEnds, stability.Trouble))
        {
            publish.Signal();
        }
    }

    private async Task CarryOutAsync(
        KeeperPlan plan, KeeperAssignment assignment, long readAt, CancellationToken cancellationToken)
    {
        var watch = new AssignmentWatch(
            store, options.Uid, assignment, assignmentChanged, () => shared.SleepInterval);
        var done = false;
        _verdicts.Begin(plan);
        _risk.Set(plan.Risk);
        try
        {
            done = await ExecuteAsync(plan, readAt, watch, cancellationToken);
        }
        finally
        {
            Remember(plan, done);
        }

        KeeperGauges.Did(plan, done, time);
    }

    private async Task<bool> ExecuteAsync(
        KeeperPlan plan, long readAt, AssignmentWatch watch, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = StepCommandComplaints.MayRunIn(plan)
            ? new StepCommandComplaints(postgres, _commands, () => shared.SleepInterval, time)
                .WatchAsync(() => executor.Last, end.Token)
            : Task.CompletedTask;
        try
        {
            return await executor.RunAsync(plan, readAt, Freshness, watch, cancellationToken);
        }
        finally
        {
            end.Cancel();
            await watching;
        }
    }

    /// <summary>A step that failed may have been done in part, so its effect counts as unknown.</summary>
    private void Remember(KeeperPlan plan, bool done)
    {
        _memory = done ? plan.OnSuccess : plan.OnFailure;
        _memory = executor.Final ? _memory : _memory with { InEffect = null };
        if (plan.Steps.IsEmpty)
        {
            return;
        }

        SetStability(shared.Stability.AfterPlan(plan, done, executor.FailedStart));
        if (shared.SetCluster(files.ReadKeeper().Cluster))
        {
            publish.Signal();
        }

        observe.Signal();
    }
}
