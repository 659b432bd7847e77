using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>The old data are deleted before a clone is whole: one copy less, until one is.</summary>
public sealed class CloneRiskTests
{
    [Fact]
    public void It_is_told_through_failures_and_waits_until_a_clone_is_whole()
    {
        var rig = Erased(out var first);
        Assert.NotNull(first.Risk);
        rig.Memory = first.OnFailure;

        var probe = rig.Plan();
        Assert.Equal("ProbeSource", KeeperRig.Names(probe));
        Assert.Equal(first.Risk, probe.Risk);
        rig.Memory = probe.OnFailure;

        rig.Change("i2", i => i with { Status = i.Status with { Healthy = false } });
        var wait = rig.Plan();
        Assert.IsType<KeeperVerdict.Waiting>(wait.Verdict);
        Assert.Equal(first.Risk, wait.Risk);
        rig.Memory = wait.OnSuccess;

        rig.Change("i2", i => i with { Status = i.Status with { Healthy = true } });
        var again = rig.PlanAfterProbe();
        Assert.Contains("CloneFrom", KeeperRig.Names(again), StringComparison.Ordinal);
        Assert.Equal((first.Risk, first.Risk), (again.Risk, again.OnFailure.Risk));
        Assert.Null(again.OnSuccess.Risk);
    }

    [Fact]
    public void Data_that_were_not_deleted_after_all_are_not_at_risk()
    {
        var rig = KeeperRig.Returned();
        rig.Memory = rig.Memory with { Risk = "the old data are deleted first" };
        Assert.Null(rig.PlanAfterProbe().Risk);
        Assert.Null(rig.PlanAfterProbe().OnFailure.Risk);
    }

    /// <summary>Its own data were put into an empty directory: nobody has a copy less than before.</summary>
    [Fact]
    public void A_first_clone_is_no_risk()
    {
        var rig = KeeperRig.Returned();
        rig.Look = rig.Look with { Data = null, DirectoryHasFiles = false };
        Assert.Null(rig.PlanAfterProbe().Risk);
    }

    /// <summary>A plan that begins with the deletion has been made, its clone has failed.</summary>
    private static KeeperRig Erased(out KeeperPlan first)
    {
        var rig = KeeperRig.Returned();
        var third = rig.Data.Instances[new InstanceUid("i2")] with { Uid = new InstanceUid("i9") };
        third = third with { Spec = third.Spec with { Keeper = new KeeperUid("k9") } };
        rig.Data = rig.Data with
        {
            Instances = rig.Data.Instances.With(third.Uid, third),
            Keepers = rig.Data.Keepers.With(
                new KeeperUid("k9"), rig.Data.Keepers[new KeeperUid("k2")] with { Uid = new KeeperUid("k9") }),
        };
        rig.Look = rig.Look with
        {
            CloneSpace = KeeperRig.Room with { NotBeside = "it is a mount point" },
            Data = rig.Look.Data! with { ShutDownCleanly = false },
        };
        first = rig.PlanAfterProbe();
        Assert.Equal("SaveInstance Erase CloneFrom", KeeperRig.Names(first));
        rig.Local = ((KeeperStep.SaveInstance)first.Steps[0]).State;
        rig.Look = rig.Look with { Data = null, DirectoryHasFiles = false };
        return rig;
    }
}
