using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>Makes the instance a standby of the source in its specification (docs/spec/keeper.md 4.2).</summary>
internal static class StandbyPlan
{
    public static KeeperPlan For(KeeperView view, Instance instance) => Converge(view, instance).InRole(
        KeeperRemark.StandbyRequested,
        KeeperRemark.AlreadyStandby,
        reached: view.Observation.Server?.Answers is { InRecovery: true });

    private static KeeperPlan Converge(KeeperView view, Instance instance)
    {
        if (view.Observation.Data is not { } data)
        {
            return view.Refused("the data directory holds no complete PostgreSQL data");
        }

        if (data.Role == InstanceRole.Primary || view.Observation.Server?.Answers is { InRecovery: false })
        {
            return view.Refused(
                "the local PostgreSQL is a primary, and a primary is never turned into a standby in place");
        }

        if (DesiredConfiguration.Standby(view, instance) is not { } desired)
        {
            return view.Waiting("the address of the instance to follow");
        }

        if (view.Observation.Server is not { } server)
        {
            return Start(view, desired, []);
        }

        if (RecoveryCommands.HungRestoreCommand(view, instance, data) is { } command)
        {
            var without = view with { Memory = view.Memory with { HungRestore = command } };
            return Start(without, DesiredConfiguration.Standby(without, instance)!, [new KeeperStep.Stop()]);
        }

        if (server.Answers is not { } answers)
        {
            return CannotReachConsistency(view, desired)
                ? Start(view, desired, [new KeeperStep.Stop()])
                : view.Waiting("PostgreSQL to answer") with { RunAgainSoon = true };
        }

        if (SourceWithoutSlot(view, instance, desired) is { } unready)
        {
            return view.Waiting($"instance {unready} to create the replication slot for this one");
        }

        return RestartToFollow(view, desired)
            || StandbyRequirements.HasTooLittle(answers.StandbySettings, data.StandbyMinimums)
            ? Start(view, desired, [new KeeperStep.Stop()])
            : SettingsPlan.For(
                view, instance, answers, desired, restart: () => Start(view, desired, [new KeeperStep.Stop()]));
    }

    /// <summary>A standby that does not answer may need WAL from an instance that is gone. So the plan does not wait
    /// for it if it must follow another instance now.</summary>
    private static bool CannotReachConsistency(KeeperView view, ServerConfiguration desired) =>
        view.Memory.InEffect is { } inEffect && inEffect.RecoveryParameters != desired.RecoveryParameters;

    /// <summary>A server that has no slot for the standby yet rejects it, and the standby tries again only after
    /// wal_retrieve_retry_interval (5 s). Synchronous commits would wait for that.</summary>
    /// <returns>The instance to wait for; null: none.</returns>
    private static InstanceUid? SourceWithoutSlot(KeeperView view, Instance instance, ServerConfiguration desired) =>
        view.Memory.InEffect is { } inEffect
        && inEffect.RecoveryParameters != desired.RecoveryParameters
        && view.FollowedBy(instance) is { Converged: false } followed
            ? followed.Uid
            : null;

    /// <summary>Before PostgreSQL 13 the source is read only at start (before 14, the restore command as
    /// well).</summary>
    private static bool RestartToFollow(KeeperView view, ServerConfiguration desired)
    {
        if (view.Memory.InEffect is not { } inEffect)
        {
            return !view.Observation.Version.AtLeast(13);
        }

        return inEffect.RecoveryParameters != desired.RecoveryParameters
            && (!view.Observation.Version.AtLeast(13)
                || (!view.Observation.Version.AtLeast(14) && Command(inEffect) != Command(desired)));
    }

    private static string? Command(ServerConfiguration configuration) =>
        configuration.RecoveryParameters.TryGetValue("restore_command", out var command) ? command : null;

    private static KeeperPlan Start(KeeperView view, ServerConfiguration desired, ReadOnlySpan<KeeperStep> before) =>
        view.Act([.. before, new KeeperStep.Start(desired)]) with
        {
            OnSuccess = view.Memory with { InEffect = desired, InternalOnly = false },
            OnFailure = view.Memory with { InEffect = null },
        };
}
