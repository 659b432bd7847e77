using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>Applies slots, parameters and host-based authentication to a server that has its role (docs/spec/keeper.md
/// 4.3).</summary>
internal static class SettingsPlan
{
    /// <param name="restart">The plan of a restart in this role.</param>
    public static KeeperPlan For(
        KeeperView view,
        Instance instance,
        ServerAnswers answers,
        ServerConfiguration desired,
        Func<KeeperPlan> restart)
    {
        var memory = view.Memory with
        {
            InEffect = desired,
            RollOut = RollOut.Current(view, instance, desired),
            InternalOnly = PrimaryPlan.StillInternal(view, instance, answers),
        };
        if (OwnOptionsNeedRestart(view, answers))
        {
            return restart();
        }

        var slots = ReplicationSlotPlan.For(instance, answers).ToList();
        if (view.Memory.InEffect != desired)
        {
            return view.Act([.. slots, new KeeperStep.Reload(desired)]) with
            {
                OnSuccess = memory,

                // The files have changed, so the server may still apply them.
                OnFailure = view.Memory with { InEffect = null, RollOut = memory.RollOut },
                Remarks = Differences(view, desired),
            };
        }

        if (slots.Any(s => s is KeeperStep.CreateSlot))
        {
            return view.Act([.. slots]) with { OnSuccess = memory };
        }

        var turn = answers.PendingRestart && view.Settings.AutomaticPgRestart
            ? RestartOrder.NextTurn(view, instance, answers)
            : null;
        return turn is RestartTurn.Now
            ? restart()
            : Reached(view, instance, memory, slots, answers) with
            {
                RestartHeld = (turn as RestartTurn.Held)?.Why,
                RestartAwaits = turn is RestartTurn.AfterOthers after
                    ? RestartOrder.WaitReason(view, answers, after)
                    : null,
            };
    }

    /// <summary>Dropping a slot that is in use fails, which does not keep the generation from being reached.</summary>
    private static KeeperPlan Reached(
        KeeperView view, Instance instance, KeeperMemory memory, List<KeeperStep> drops, ServerAnswers answers)
    {
        var plan = ConvergencePlan.Reached(view, instance, memory);
        return plan with
        {
            Steps = [.. drops, .. plan.Steps],
            RunAgainSoon = memory.InternalOnly || plan.RunAgainSoon,
            Remarks = answers.PendingRestart
                ? [KeeperRemark.ParametersUnchanged, KeeperRemark.RestartNeeded]
                : [KeeperRemark.ParametersUnchanged],
        };
    }

    /// <summary>A server that was found running may have been started with other options.</summary>
    private static bool OwnOptionsNeedRestart(KeeperView view, ServerAnswers answers) =>
        answers.ListenAddresses != view.Identity.ListenAddress
        || (view.Observation.Server is { Port: > 0 and var port } && port.ToString() != view.Identity.Port);

    private static ValueList<KeeperRemark> Differences(KeeperView view, ServerConfiguration desired)
    {
        if (view.Memory.InEffect is not { } before)
        {
            return [KeeperRemark.ParametersChanged];
        }

        var remarks = new List<KeeperRemark>();
        if (before.Parameters != desired.Parameters || before.RecoveryParameters != desired.RecoveryParameters)
        {
            remarks.Add(KeeperRemark.ParametersChanged);
        }
        else
        {
            remarks.Add(KeeperRemark.ParametersUnchanged);
        }

        if (SynchronousNames(before) != SynchronousNames(desired))
        {
            remarks.Add(KeeperRemark.SynchronousStandbysChanged);
        }

        if (before.Hba != desired.Hba)
        {
            remarks.Add(KeeperRemark.HbaChanged);
        }

        return remarks.ToValueList();
    }

    private static string SynchronousNames(ServerConfiguration configuration) =>
        configuration.Parameters.TryGetValue(SynchronousStandbyNames.Parameter, out var names) ? names : "";
}

/// <summary>Keeps one replication slot for each follower and each additional name (docs/spec/keeper.md 4.6). Other
/// slots are not touched.</summary>
internal static class ReplicationSlotPlan
{
    public static IEnumerable<KeeperStep> For(Instance instance, ServerAnswers answers)
    {
        var desired = instance.Spec.Followers
            .Where(f => f != instance.Uid)
            .Select(ReplicationSlotName.Of)
            .Concat((instance.Spec.AdditionalReplicationSlots ?? []).Select(ReplicationSlotName.OfAdditional))
            .ToList();
        var create = desired.Except(answers.Slots).Select(KeeperStep (name) => new KeeperStep.CreateSlot(name));
        var drop = answers.Slots.Where(ReplicationSlotName.IsOurs).Except(desired)
            .Select(KeeperStep (name) => new KeeperStep.DropSlot(name));
        return create.Concat(drop);
    }
}
