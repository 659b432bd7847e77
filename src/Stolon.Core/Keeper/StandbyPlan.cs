using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>Makes the instance follow what it is told to follow (keeper.md 4.2).</summary>
internal static class StandbyPlan
{
    public static KeeperPlan For(KeeperView view, Instance instance) => Converge(view, instance).InRole(
        KeeperRemark.StandbyWanted,
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
            return view.Refused("the local PostgreSQL is a primary, and a primary is never made a standby in place");
        }

        if (WantedConfiguration.Standby(view, instance) is not { } wanted)
        {
            return view.Waiting("the instance to be followed to be known");
        }

        if (view.Observation.Server is not { } server)
        {
            return Start(view, wanted, []);
        }

        if (RecoveryCommands.Hung(view, instance, data) is { } command)
        {
            var without = view with { Memory = view.Memory with { HungRestore = command } };
            return Start(without, WantedConfiguration.Standby(without, instance)!, [new KeeperStep.Stop()]);
        }

        if (server.Answers is not { } answers)
        {
            return CannotReachConsistency(view, wanted)
                ? Start(view, wanted, [new KeeperStep.Stop()])
                : view.Waiting("PostgreSQL to answer") with { RunAgainSoon = true };
        }

        if (WouldFindNoSlot(view, instance, wanted) is { } unready)
        {
            return view.Waiting($"instance {unready} to prepare a replication slot for this one");
        }

        return RestartToFollow(view, wanted)
            || StandbyRequirements.HasTooLittle(answers.StandbySettings, data.StandbyMinimums)
            ? Start(view, wanted, [new KeeperStep.Stop()])
            : SettingsPlan.For(
                view, instance, answers, wanted, restart: () => Start(view, wanted, [new KeeperStep.Stop()]));
    }

    /// <summary>A standby that does not answer may lack WAL from an instance that is gone: it must not be waited for
    /// while what it is to follow is another one now.</summary>
    private static bool CannotReachConsistency(KeeperView view, ServerConfiguration wanted) =>
        view.Memory.InEffect is { } inEffect && inEffect.RecoveryParameters != wanted.RecoveryParameters;

    /// <summary>A standby sent to a server that has no slot for it yet is refused, and tries again only after
    /// wal_retrieve_retry_interval (5 s), for which synchronous commits would wait.</summary>
    /// <returns>The instance to wait for; null: none.</returns>
    private static InstanceUid? WouldFindNoSlot(KeeperView view, Instance instance, ServerConfiguration wanted) =>
        view.Memory.InEffect is { } inEffect
        && inEffect.RecoveryParameters != wanted.RecoveryParameters
        && view.FollowedBy(instance) is { Converged: false } followed
            ? followed.Uid
            : null;

    /// <summary>Before PostgreSQL 13 a server read what to follow only at start (and before 14 the restore
    /// command).</summary>
    private static bool RestartToFollow(KeeperView view, ServerConfiguration wanted)
    {
        if (view.Memory.InEffect is not { } inEffect)
        {
            return !view.Observation.Version.AtLeast(13);
        }

        return inEffect.RecoveryParameters != wanted.RecoveryParameters
            && (!view.Observation.Version.AtLeast(13)
                || (!view.Observation.Version.AtLeast(14) && Command(inEffect) != Command(wanted)));
    }

    private static string? Command(ServerConfiguration configuration) =>
        configuration.RecoveryParameters.TryGetValue("restore_command", out var command) ? command : null;

    private static KeeperPlan Start(KeeperView view, ServerConfiguration wanted, ReadOnlySpan<KeeperStep> before) =>
        view.Act([.. before, new KeeperStep.Start(wanted)]) with
        {
            OnSuccess = view.Memory with { InEffect = wanted, InternalOnly = false },
            OnFailure = view.Memory with { InEffect = null },
        };
}
