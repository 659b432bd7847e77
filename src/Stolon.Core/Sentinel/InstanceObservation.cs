using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which instances are healthy, and what their keepers report of them (docs/spec/sentinel.md 5, 8 and
/// 9).</summary>
internal static class InstanceObservation
{
    public static DecisionState Apply(DecisionState state)
    {
        foreach (var instance in state.Data.Instances.Values)
        {
            state = UpdateHealth(Observe(state, instance), instance.Uid);
        }

        return state with { Memory = Prune(state) };
    }

    private static DecisionState Observe(DecisionState state, Instance instance)
    {
        var keeper = instance.Spec.Keeper;
        if (!state.ReportingKeepers.Contains(keeper))
        {
            return KeeperObservation.IsUnproven(state, keeper)
                ? state
                : FailingSince(state, instance.Uid, KeeperObservation.MissedSince(state, keeper));
        }

        if (state.View.Keepers[keeper].Postgres is not { } report || report.Instance != instance.Uid)
        {
            return FailingSince(state, instance.Uid, state.View.Now);
        }

        state = CrashLoop.Count(state, instance.Uid, state.View.Keepers[keeper].BootUuid, report);
        var status = instance.Status with
        {
            CurrentGeneration = report.Generation,
            LeftOut = report.LeftOut ?? instance.Status.LeftOut,
        };
        if (!report.Healthy)
        {
            var known = status with { ListenAddress = report.ListenAddress, Port = report.Port };
            state = state.WithInstance(instance with { Status = OfflineFacts.Into(known, instance, report) });
            var reported = state.Memory.ReportedSync.Without(instance.Uid);
            state = state with { Memory = state.Memory with { ReportedSync = reported } };
            return report.Stopped ? FailImmediately(state, instance.Uid)
                : UnobservedInstance.Serves(state, instance, report) ? UnobservedInstance.Keep(state, instance, report)
                : FailingSince(state, instance.Uid, CrashLoop.Since(state, instance.Uid) ?? state.View.Now);
        }

        return Remember(state, instance.Uid, report).WithInstance(instance with { Status = status.With(report) });
    }

    private static DecisionState Remember(DecisionState state, InstanceUid uid, PostgresReport report)
    {
        var memory = state.Memory;
        var moved = !memory.Positions.TryGetValue(uid, out var stalled) || stalled.Position != report.Position;
        return state with
        {
            Memory = memory with
            {
                InstanceFailingSince = CrashLoop.AfterGoodReport(state, uid),
                Positions = moved
                    ? memory.Positions.With(uid, new StalledPosition(report.Position, state.View.Now))
                    : memory.Positions,
                ReportedSync = memory.ReportedSync.With(uid, report.SynchronousStandbys ?? []),
            },
        };
    }

    /// <summary>If the keeper reports that it has stopped its server, failInterval need not pass first.</summary>
    private static DecisionState FailImmediately(DecisionState state, InstanceUid uid)
    {
        var past = state.View.Now - state.Settings.FailInterval - KeeperObservation.Epsilon;
        var since = state.Memory.InstanceFailingSince.With(uid, past);
        return state with { Memory = state.Memory with { InstanceFailingSince = since } };
    }

    private static DecisionState FailingSince(DecisionState state, InstanceUid uid, TimeSpan since) =>
        state.Memory.InstanceFailingSince.ContainsKey(uid)
            ? state
            : state with
            {
                Memory = state.Memory with
                {
                    InstanceFailingSince = state.Memory.InstanceFailingSince.With(uid, since),
                },
            };

    private static DecisionState UpdateHealth(DecisionState state, InstanceUid uid)
    {
        var instance = state.Data.Instances[uid];
        var healthy = KeeperObservation.IsUnproven(state, instance.Spec.Keeper) ? instance.Status.Healthy : true;
        if (state.Memory.InstanceFailingSince.TryGetValue(uid, out var since))
        {
            state = state.DueAt(since + state.Settings.FailInterval + KeeperObservation.Epsilon);
            healthy = state.View.Now - since <= state.Settings.FailInterval;
        }

        healthy = healthy
            && state.Data.Keepers.Find<KeeperUid, KeeperRecord>(instance.Spec.Keeper) is { Status.Healthy: true };
        var trouble = Trouble.Of(InstanceTrouble.Reason(state, instance), instance.Status.Trouble, state.View.WallNow);
        instance = instance with { Status = instance.Status with { Healthy = healthy, Trouble = trouble } };
        return Note(state, instance).WithInstance(instance);
    }

    /// <summary>An instance that was never ready has not failed: it is still being created.</summary>
    private static DecisionState Note(DecisionState state, Instance instance)
    {
        var (wasReady, isReady) = (IsReady(state.View.Data.Instances[instance.Uid].Status), IsReady(instance.Status));
        return wasReady == isReady
            ? state
            : state.WithNote(isReady
                ? new SentinelNote.InstanceBack(instance.Uid, instance.Spec.Keeper)
                : new SentinelNote.InstanceFailed(instance.Uid, instance.Spec.Keeper));
    }

    private static bool IsReady(InstanceStatus status) =>
        status.Healthy && status.CurrentGeneration != Generation.None;

    private static SentinelMemory Prune(DecisionState state)
    {
        var instances = state.Data.Instances;
        return state.Memory with
        {
            InstanceFailingSince =
                state.Memory.InstanceFailingSince.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
            UnplannedEnds = state.Memory.UnplannedEnds.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
            Positions = state.Memory.Positions.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
            ReportedSync = state.Memory.ReportedSync.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
        };
    }
}
