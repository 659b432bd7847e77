using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Brings the data directory to the assigned instance, by its init mode (keeper.md 4.1).</summary>
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
            $"the local data belongs to instance {view.Local.Uid?.Value ?? "none"}, not to the assigned "
            + $"{instance.Uid}, and that one is not to be initialised: its data was lost. "
            + "The sentinel will assign another instance"),
        _ => view.Refused($"instance {instance.Uid} has no init mode"),
    };

    private static KeeperPlan New(KeeperView view, Instance instance) => Prepare(
        view,
        instance,
        ReplacementRule.Clear(view, instance, "a new cluster is initialised here")
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
            return view.Refused("the data directory to be adopted holds no complete PostgreSQL data");
        }

        if (view.Local.Initializing)
        {
            return view.Refused(
                "the data directory to be adopted was left half-made by an initialisation that did not end");
        }

        // Noted as this instance's only when everything is known of it: an interrupted adoption begins anew.
        var state = new InstanceState { Uid = instance.Uid, Cluster = view.Data.Cluster.Uid };
        return view.Act(
        [
            .. view.StopIfRunning(),
            new KeeperStep.Start(DesiredConfiguration.ForPromotion(view, instance, internalOnly: false), Temporary: true),
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

    /// <summary>Last the stop: the instance then starts in its role.</summary>
    private static KeeperPlan Prepare(KeeperView view, Instance instance, IEnumerable<KeeperStep> steps) =>
        view.Act([.. steps, new KeeperStep.Stop()]) with
        {
            OnSuccess = new KeeperMemory { Prepared = instance.Uid },
            OnFailure = new KeeperMemory(),
        };
}

/// <summary>How much WAL replication slots may keep in a new cluster: PostgreSQL's default is all the disk
/// has.</summary>
/// <remarks>Only for what is made anew by initdb. The parameters found at the initialisation become the cluster's
/// (mergePgParameters), this one with them; a value of the operator's stands. Clusters that exist are not
/// touched.</remarks>
internal static class SlotWalLimit
{
    public const string Parameter = "max_slot_wal_keep_size";

    /// <summary>MiB: what wal_keep_size keeps without any slot.</summary>
    private const long MinMegabytes = 128;

    /// <summary>The configuration of a new cluster's first start.</summary>
    public static ServerConfiguration For(KeeperView view, Instance instance, ServerConfiguration configuration) =>
        instance.Spec.IncludePreviousConfig
        && view.Observation.Version.AtLeast(13)
        && view.Observation.WalDisk is { } disk
        && !configuration.Parameters.ContainsKey(Parameter)
            ? configuration with { Parameters = configuration.Parameters.With(Parameter, Value(disk)) }
            : configuration;

    /// <summary>A third of the disk; of one that others use too, half of what is left.</summary>
    private static string Value(DiskSpace disk) =>
        $"{Math.Max(MinMegabytes, Math.Min(disk.TotalBytes / 3, disk.FreeBytes / 2) >> 20)}MB";
}
