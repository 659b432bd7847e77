using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>Keeps one replication slot for each follower and each additional name (keeper.md 4.6). Others' slots are
/// not touched.</summary>
internal static class ReplicationSlotPlan
{
    public static IEnumerable<KeeperStep> For(Instance instance, ServerAnswers answers)
    {
        var wanted = instance.Spec.Followers
            .Where(f => f != instance.Uid)
            .Select(ReplicationSlotName.Of)
            .Concat((instance.Spec.AdditionalReplicationSlots ?? []).Select(ReplicationSlotName.OfAdditional))
            .ToList();
        var create = wanted.Except(answers.Slots).Select(KeeperStep (name) => new KeeperStep.CreateSlot(name));
        var drop = answers.Slots.Where(ReplicationSlotName.IsOurs).Except(wanted)
            .Select(KeeperStep (name) => new KeeperStep.DropSlot(name));
        return create.Concat(drop);
    }
}
