using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Tests.Builders;

/// <summary>A keeper that comes back with the data of a primary that was replaced.</summary>
internal static class FailedPrimary
{
    /// <summary>Space for a fifth of what a clone needs.</summary>
    public static readonly CloneSpace TooLittle = KeeperRig.Room with
    {
        Requirements = [new SpaceRequirement("/data", 500L << 20, 100L << 20)],
    };

    /// <summary>Its data cannot be used as they are.</summary>
    public static KeeperRig Crashed()
    {
        var rig = KeeperRig.Returned();
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        return rig;
    }

    /// <summary>Without enough space, and with a third instance i9 at the position of the source.</summary>
    public static KeeperRig WithAnother(bool healthyKeeper = true)
    {
        var rig = Crashed();
        rig.Observation = rig.Observation with { CloneSpace = TooLittle };
        var source = rig.Data.Instances[new InstanceUid("i2")];
        var keeper = new KeeperUid("k9");
        var known = rig.Data.Keepers[source.Spec.Keeper];
        rig.Data = rig.Data with
        {
            Instances = rig.Data.Instances.With(
                new InstanceUid("i9"),
                source with { Uid = new("i9"), Spec = source.Spec with { Keeper = keeper } }),
            Keepers = rig.Data.Keepers.With(
                keeper, known with { Uid = keeper, Status = known.Status with { Healthy = healthyKeeper } }),
        };
        return rig;
    }
}
