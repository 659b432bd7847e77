using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Initializes the data directory for the assigned instance, as its init mode says (docs/spec/keeper.md
/// 4.1).</summary>
internal static class BootstrapPlan
{
    public static KeeperPlan For(KeeperView view, Instance instance) => instance.Spec.InitMode switch
    {
        InstanceInitMode.New or InstanceInitMode.PointInTimeRecovery
            when ReplacementRule.WhyForbidden(view) is { } why => view.Refused(why, ComplaintSubject.Data),
        InstanceInitMode.New => New(view, instance),
        InstanceInitMode.Existing => Existing(view, instance),
        InstanceInitMode.PointInTimeRecovery => Restore(view, instance),
        InstanceInitMode.Resync => ResyncPlan.For(view, instance),
        InstanceInitMode.None => view.Refused(
            $"the local data belong to instance {view.Local.Uid?.Value ?? "none"}, but instance {instance.Uid} is "
            + "assigned, which had data before and must not be initialized again: its data are lost. "
            + "The sentinel will assign another instance"),
        _ => view.Refused($"the cluster data contain no valid init mode for instance {instance.Uid}"),
    };

    private static KeeperPlan New(KeeperView view, Instance instance) => Prepare(
        view,
        instance,
        ReplacementRule.Clear(view, instance, "a new cluster is initialized here")
            .Append(new KeeperStep.InitDb(instance.Spec.NewConfig ?? new NewConfig()))
            .Append(new KeeperStep.Start(SlotWalLimit.For(view, instance, Fresh(view, instance)), Temporary: true))
            .Append(new KeeperStep.AwaitReady(view.Settings.DbWaitReadyTimeout))
            .Concat(Capture(view, instance))
            .Append(new KeeperStep.SetUpRoles()));

    private static KeeperPlan Restore(KeeperView view, Instance instance)
    {
        var configuration = DesiredConfiguration.Restoring(view, instance);
        var timeout = view.Settings.SyncTimeout;
        return Prepare(
            view,
            instance,
            ReplacementRule.Clear(view, instance, "a backup is restored here")
                .Append(new KeeperStep.Restore(instance.Spec.PointInTimeConfig?.DataRestoreCommand ?? ""))
                .Append(new KeeperStep.Start(configuration, Temporary: true))
                .Concat(configuration.Recovery == RecoveryMode.Recovery
                    ? [new KeeperStep.AwaitRecoveryEnd(timeout)]
                    : [])
                .Append(new KeeperStep.AwaitReady(timeout))
                .Concat(Capture(view, instance)));
    }

    private static KeeperPlan Existing(KeeperView view, Instance instance)
    {
        if (view.Observation.Data is null)
        {
            return view.Refused(
                "cannot adopt the data directory (init mode existing): it holds no complete PostgreSQL data");
        }

        if (view.Local.Initializing)
        {
            return view.Refused(
                "cannot adopt the data directory (init mode existing): its data are incomplete, because an "
                + "initialization was interrupted");
        }

        // The uid is saved only after the parameters are captured: an interrupted adoption starts from the beginning.
        var state = new InstanceState { Uid = instance.Uid, Cluster = view.Data.Cluster.Uid };
        return view.Act(
        [
            .. view.StopIfRunning(),
            new KeeperStep.Start(
                DesiredConfiguration.ForPromotion(view, instance, internalOnly: false), Temporary: true),
            new KeeperStep.AwaitReady(view.Settings.DbWaitReadyTimeout),
            instance.Spec.IncludePreviousConfig
                ? new KeeperStep.CaptureParameters(state)
                : new KeeperStep.SaveInstance(state),
            new KeeperStep.Stop(),
        ]) with
        {
            OnSuccess = new KeeperMemory { Prepared = instance.Uid },
            OnFailure = new KeeperMemory(),
        };
    }

    private static ServerConfiguration Fresh(KeeperView view, Instance instance) =>
        DesiredConfiguration.Primary(view, instance, internalOnly: false);

    private static KeeperStep[] Capture(KeeperView view, Instance instance) =>
        instance.Spec.IncludePreviousConfig ? [new KeeperStep.CaptureParameters(view.InitializingState(instance))] : [];

    /// <summary>Ends with a stop; the next plan starts the server in its role.</summary>
    private static KeeperPlan Prepare(KeeperView view, Instance instance, IEnumerable<KeeperStep> steps) =>
        view.Act([.. steps, new KeeperStep.Stop()]) with
        {
            OnSuccess = new KeeperMemory { Prepared = instance.Uid },
            OnFailure = new KeeperMemory(),
        };
}
