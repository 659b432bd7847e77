using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which instances are healthy, and what they said of themselves (sentinel.md 5, 8 and 9).</summary>
internal static class InstanceObservation
{
    public static Pass Apply(Pass pass)
    {
        foreach (var instance in pass.Data.Instances.Values)
        {
            pass = Judge(Listen(pass, instance), instance.Uid);
        }

        return pass with { Memory = Forget(pass) };
    }

    private static Pass Listen(Pass pass, Instance instance)
    {
        var keeper = instance.Spec.Keeper;
        if (!pass.HeardKeepers.Contains(keeper))
        {
            return KeeperObservation.Unproven(pass, keeper)
                ? pass
                : FailingSince(pass, instance.Uid, KeeperObservation.MissedSince(pass, keeper));
        }

        if (pass.View.Keepers[keeper].Postgres is not { } report || report.Instance != instance.Uid)
        {
            return FailingSince(pass, instance.Uid, pass.View.Now);
        }

        pass = CrashLoop.Count(pass, instance.Uid, pass.View.Keepers[keeper].BootUuid, report);
        var status = instance.Status with
        {
            ListenAddress = report.ListenAddress,
            Port = report.Port,
            CurrentGeneration = report.Generation,
            LeftOut = report.LeftOut ?? instance.Status.LeftOut,
        };
        if (!report.Healthy)
        {
            pass = pass.WithInstance(instance with { Status = OfflineFacts.Into(status, instance, report) });
            var reported = pass.Memory.ReportedSync.Without(instance.Uid);
            pass = pass with { Memory = pass.Memory with { ReportedSync = reported } };
            return report.Stopped ? FailedAlready(pass, instance.Uid)
                : UnobservedInstance.Serves(pass, instance, report) ? UnobservedInstance.Keep(pass, instance, report)
                : FailingSince(pass, instance.Uid, CrashLoop.Since(pass, instance.Uid) ?? pass.View.Now);
        }

        return Remember(pass, instance.Uid, report).WithInstance(instance with
        {
            Status = status with
            {
                SystemIdentifier = report.SystemIdentifier,
                Timeline = report.Timeline,
                Position = report.Position,
                ReplayedPosition = report.ReplayedPosition,
                TimelineHistory = report.TimelineHistory,
                PgParameters = report.PgParameters,
                OldestWalFile = report.OldestWalFile,
                PendingRestart = report.PendingRestart,
            },
        });
    }

    private static Pass Remember(Pass pass, InstanceUid uid, PostgresReport report)
    {
        var memory = pass.Memory;
        var moved = !memory.Positions.TryGetValue(uid, out var stood) || stood.Position != report.Position;
        return pass with
        {
            Memory = memory with
            {
                InstanceFailingSince = CrashLoop.AfterGoodReport(pass, uid),
                Positions = moved
                    ? memory.Positions.With(uid, new Standstill(report.Position, pass.View.Now))
                    : memory.Positions,
                ReportedSync = memory.ReportedSync.With(uid, report.SynchronousStandbys ?? []),
            },
        };
    }

    /// <summary>A keeper that says it has stopped its server need not be missed for failInterval first.</summary>
    private static Pass FailedAlready(Pass pass, InstanceUid uid)
    {
        var past = pass.View.Now - pass.Settings.FailInterval - KeeperObservation.Tick;
        var since = pass.Memory.InstanceFailingSince.With(uid, past);
        return pass with { Memory = pass.Memory with { InstanceFailingSince = since } };
    }

    private static Pass FailingSince(Pass pass, InstanceUid uid, TimeSpan since) =>
        pass.Memory.InstanceFailingSince.ContainsKey(uid)
            ? pass
            : pass with
            {
                Memory = pass.Memory with
                {
                    InstanceFailingSince = pass.Memory.InstanceFailingSince.With(uid, since),
                },
            };

    private static Pass Judge(Pass pass, InstanceUid uid)
    {
        var instance = pass.Data.Instances[uid];
        var healthy = KeeperObservation.Unproven(pass, instance.Spec.Keeper) ? instance.Status.Healthy : true;
        if (pass.Memory.InstanceFailingSince.TryGetValue(uid, out var since))
        {
            pass = pass.DueAt(since + pass.Settings.FailInterval + KeeperObservation.Tick);
            healthy = pass.View.Now - since <= pass.Settings.FailInterval;
        }

        healthy = healthy
            && pass.Data.Keepers.Find<KeeperUid, KeeperRecord>(instance.Spec.Keeper) is { Status.Healthy: true };
        var trouble = Trouble.Of(InstanceTrouble.Reason(pass, instance), instance.Status.Trouble, pass.View.WallNow);
        instance = instance with { Status = instance.Status with { Healthy = healthy, Trouble = trouble } };
        return Tell(pass, instance).WithInstance(instance);
    }

    /// <summary>An instance that was never ready has not failed; it is being made, however long that takes.</summary>
    private static Pass Tell(Pass pass, Instance instance)
    {
        var (was, ready) = (IsReady(pass.View.Data.Instances[instance.Uid].Status), IsReady(instance.Status));
        return was == ready
            ? pass
            : pass.Noting(ready
                ? new SentinelNote.InstanceBack(instance.Uid, instance.Spec.Keeper)
                : new SentinelNote.InstanceFailed(instance.Uid, instance.Spec.Keeper));
    }

    private static bool IsReady(InstanceStatus status) =>
        status.Healthy && status.CurrentGeneration != Generation.None;

    private static SentinelMemory Forget(Pass pass)
    {
        var instances = pass.Data.Instances;
        return pass.Memory with
        {
            InstanceFailingSince =
                pass.Memory.InstanceFailingSince.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
            UnplannedEnds = pass.Memory.UnplannedEnds.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
            Positions = pass.Memory.Positions.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
            ReportedSync = pass.Memory.ReportedSync.Where(e => instances.ContainsKey(e.Key)).ToValueMap(),
        };
    }
}
