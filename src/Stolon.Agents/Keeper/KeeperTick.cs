using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Looks, plans and acts until the instance is what the cluster data says (keeper.md 4).</summary>
internal sealed class KeeperTick(
    IClusterStore store,
    IPostgres postgres,
    ILocalStateFiles files,
    KeeperOptions options,
    KeeperShared shared,
    ActiveComplaints complaints,
    ConfigurationReport notes,
    KeeperExecutor executor,
    Wake observe,
    Wake publish,
    Wake news,
    TimeProvider time,
    ILogger logger)
{
    /// <summary>More plans in a row than any convergence needs: something flaps, and the next tick is soon
    /// enough.</summary>
    private const int LongestChain = 12;

    /// <summary>A look and a plan may take this long on a busy host: with a shorter interval nothing would ever
    /// start.</summary>
    private static readonly TimeSpan ShortestFreshness = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan RunAgainSoon = TimeSpan.FromMilliseconds(250);

    private readonly long _began = time.GetTimestamp();
    private readonly KeeperRunLog _log = new(logger);
    private readonly DuplicateKeeperDetector _duplicateDetector = new(options, complaints, logger);
    private readonly SeenClusterDataFile _seenClusterData = new(files, logger);
    private readonly VerdictComplaints _verdicts = new(complaints, () => shared.SleepInterval, time);
    private readonly CommandComplaints _commands = new(complaints, time);
    private readonly OwnComplaint _risk = new(complaints, ComplaintSubject.Storage);
    private KeeperMemory _memory = new();

    /// <returns>How long until the next tick.</returns>
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
        for (var round = 0; round < LongestChain; round++)
        {
            var newsAt = time.GetTimestamp();
            if (await ReadAsync(cancellationToken) is not { } data)
            {
                return shared.SleepInterval;
            }

            var view = await InspectAsync(data, cancellationToken);
            var plan = ConvergencePlan.For(view);
            _log.Log(view, plan);
            await DoAsync(plan, KeeperAssignment.Of(data, options.Uid), newsAt, cancellationToken);
            if (plan.Verdict is not KeeperVerdict.Act)
            {
                _verdicts.Take(view, plan);
                notes.RestartHeld(plan.RestartHeld);
                return plan.RunAgainSoon ? RunAgainSoon : shared.SleepInterval;
            }
        }

        return shared.SleepInterval;
    }

    /// <summary>Null: nothing usable; the instance is left as it is.</summary>
    private async Task<ClusterData?> ReadAsync(CancellationToken cancellationToken)
    {
        switch (await store.ReadAsync(cancellationToken))
        {
            case ClusterDataRead.Found found:
                KeeperGauges.ReadClusterData(time, ClusterSettings.From(found.Data.Cluster.Spec).SleepInterval);
                return found.Data;
            case ClusterDataRead.Unusable unusable:
                _log.Complain($"the cluster data cannot be used: {unusable.Problem}");
                return null;
            default:
                _log.Complain("there is no cluster data yet");
                return null;
        }
    }

    private async Task<KeeperView> InspectAsync(ClusterData data, CancellationToken cancellationToken)
    {
        _duplicateDetector.Notice(data);
        var state = _seenClusterData.Notice(data);
        var known = state.Cluster;
        var view = new KeeperView
        {
            Data = data,
            Self = options.Uid,
            Identity = options.Identity,
            KnownCluster = known,
            Seen = state.Seen,
            Local = files.ReadInstance(),
            Observation = await postgres.InspectAsync(cancellationToken),
            Memory = _memory,
        };
        _commands.Saw(view.Observation.Server?.Command);
        Note(shared.Life.AfterObservation(view.Observation, time.GetElapsedTime(_began)));
        var followed = view.Assigned is { } assigned ? view.FollowedBy(assigned) : null;
        if (shared.Learn(view.Settings, known, view.Assigned, followed))
        {
            observe.Signal();
        }

        return view;
    }

    /// <summary>What others are to know of it is published at once.</summary>
    private void Note(ServerStability life)
    {
        var before = shared.Life;
        shared.Life = life;
        if ((before.UnplannedEnds, before.Trouble) != (life.UnplannedEnds, life.Trouble))
        {
            publish.Signal();
        }
    }

    private TimeSpan Freshness =>
        shared.SleepInterval > ShortestFreshness ? shared.SleepInterval : ShortestFreshness;

    private async Task<bool> CarryOutAsync(
        KeeperPlan plan, long newsAt, AssignmentWatch watch, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = StepCommandComplaints.MayRunIn(plan)
            ? new StepCommandComplaints(postgres, _commands, () => shared.SleepInterval, time)
                .WatchAsync(() => executor.Last, end.Token)
            : Task.CompletedTask;
        try
        {
            return await executor.RunAsync(plan, newsAt, Freshness, watch, cancellationToken);
        }
        finally
        {
            end.Cancel();
            await watching;
        }
    }

    private async Task DoAsync(
        KeeperPlan plan, KeeperAssignment assignment, long newsAt, CancellationToken cancellationToken)
    {
        var watch = new AssignmentWatch(store, options.Uid, assignment, news, () => shared.SleepInterval);
        var done = false;
        string? failure = null;
        _verdicts.Begins(plan);
        _risk.Set(plan.Risk);
        try
        {
            done = await CarryOutAsync(plan, newsAt, watch, cancellationToken);
        }
        catch (PostgresToolException e)
        {
            failure = e.Message;
            throw;
        }
        finally
        {
            // A step that failed half-way is never taken for done: what is known of it is forgotten.
            _memory = done ? plan.OnSuccess : plan.OnFailure;
            _memory = executor.Final ? _memory : _memory with { InEffect = null };
            if (!plan.Steps.IsEmpty)
            {
                Note(shared.Life.AfterPlan(plan, done, executor.Last, failure));
                if (shared.Belong(files.ReadKeeper().Cluster))
                {
                    publish.Signal();
                }

                observe.Signal();
            }
        }

        KeeperGauges.Did(plan, done, time);
    }
}
