using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>Makes the instance a primary, or keeps it one (docs/spec/keeper.md 4.2).</summary>
internal static class PrimaryPlan
{
    public static KeeperPlan For(KeeperView view, Instance instance) => Converge(view, instance).InRole(
        KeeperRemark.PrimaryRequested,
        KeeperRemark.AlreadyPrimary,
        reached: view.Observation.Server?.Answers is { InRecovery: false });

    private static KeeperPlan Converge(KeeperView view, Instance instance)
    {
        if (view.Observation.Data is null)
        {
            return view.Refused(
                "the data directory holds no complete PostgreSQL data, and the keeper cannot create a primary's data "
                + "again: restore the data directory, or wait until another instance is elected");
        }

        if (view.Observation.Server is not { } server)
        {
            return Start(view, instance, []);
        }

        if (server.Answers is not { } answers)
        {
            return RecoveryCommands.IsBlocked(view, RecoveryCommands.PromotionWaitLimit)
                ? Start(view, instance, [new KeeperStep.Stop()])
                : view.Waiting("PostgreSQL to answer") with { RunAgainSoon = true };
        }

        return answers.InRecovery
            ? Promote(view, instance, answers)
            : SettingsPlan.For(
                view,
                instance,
                answers,
                DesiredConfiguration.Primary(view, instance, StillInternal(view, instance, answers)),
                restart: () => Start(view, instance, [new KeeperStep.Stop()]));
    }

    /// <summary>After a restart, a primary with synchronous standbys shows commits that no standby has confirmed. So
    /// ordinary users are rejected until the standbys are back (docs/spec/keeper.md 6.4).</summary>
    private static KeeperPlan Start(KeeperView view, Instance instance, ReadOnlySpan<KeeperStep> before)
    {
        var internalOnly = instance.Spec.SynchronousReplication;
        var memory = view.Memory with
        {
            InternalOnly = internalOnly,
            WithoutArchive = view.Observation.Data is { Role: InstanceRole.Standby },
        };
        var configuration = DesiredConfiguration.ForPromotion(view with { Memory = memory }, instance, internalOnly);
        return view.Act(
        [
            .. before,
            new KeeperStep.Start(configuration),
            new KeeperStep.AwaitReady(view.Settings.DbWaitReadyTimeout),
        ]) with
        {
            OnSuccess = memory with { InEffect = configuration },
            OnFailure = memory with { InEffect = null },
        };
    }

    /// <summary>synchronous_standby_names must be in force before the first commit is possible, as the server itself
    /// confirms. The reload is a plan of its own: however long it takes, the promotion uses cluster data that were read
    /// after it.</summary>
    private static KeeperPlan Promote(KeeperView view, Instance instance, ServerAnswers answers)
    {
        var before = DesiredConfiguration.ForPromotion(view, instance, view.Memory.InternalOnly);
        var configuration = DesiredConfiguration.Primary(view, instance, view.Memory.InternalOnly);
        var ready = !instance.Spec.SynchronousReplication
            || (view.Memory.InEffect == before
                && answers.SynchronousStandbyNames == before.Parameters[SynchronousStandbyNames.Parameter]);
        KeeperStep[] steps = ready
            ? [.. TimelinesTaken(view, instance), new KeeperStep.Promote(configuration)]
            : [new KeeperStep.Reload(before)];
        return view.Act(steps) with
        {
            OnSuccess = ready
                ? view.Memory with { InEffect = configuration, WithoutArchive = false }
                : view.Memory with { InEffect = before },
            OnFailure = view.Memory with { InEffect = null },
        };
    }

    /// <summary>A primary that was replaced right after its promotion took the next timeline from the position where
    /// this instance ends.</summary>
    private static IEnumerable<KeeperStep> TimelinesTaken(KeeperView view, Instance instance) =>
        view.Data.Instances.Values
            .Where(i => i.Uid != instance.Uid && i.IsPrimaryType)
            .Select(i => (i.Status.Timeline, Fork: EarlierTimeline.ForkOf(i.Status, instance.Status)))
            .Where(t => t.Fork is { } fork && fork.SwitchPoint == instance.Status.Position)
            .Select(KeeperStep (t) => new KeeperStep.NoteTimeline(t.Timeline, t.Fork!));

    /// <summary>For a server that was found running, only pg_hba.conf shows that an earlier keeper excluded
    /// users.</summary>
    private static bool UsersAreExcluded(KeeperView view, Instance instance) =>
        view.Memory.InternalOnly
        || (view.Memory.InEffect is null
            && view.Observation.Data?.Hba == DesiredConfiguration.Primary(view, instance, internalOnly: true).Hba);

    internal static bool StillInternal(KeeperView view, Instance instance, ServerAnswers answers) =>
        UsersAreExcluded(view, instance)
        && instance.Spec.SynchronousReplication
        && answers.SynchronousStandbys != (instance.Spec.SynchronousStandbys ?? []).ToSortedSet();
}
