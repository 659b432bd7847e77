using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>The risk that is reported while this cluster's data have one copy less.</summary>
public sealed class CloneRiskTests
{
    /// <summary>With two nodes: if the source's disk fails during an interrupted rewind, both copies are
    /// lost.</summary>
    [Fact]
    public void A_rewind_of_the_only_other_copy_is_made_and_its_risk_reported()
    {
        var rig = FailedPrimary.Crashed();
        rig.ChangeAssigned(s => s with { UsePgRewind = true });
        Assert.Contains("Rewind", rig.Steps(), StringComparison.Ordinal);
        Assert.Contains("only instance i2 has this cluster's data", rig.Plan().Risk, StringComparison.Ordinal);

        rig = FailedPrimary.WithAnother();
        rig.ChangeAssigned(s => s with { UsePgRewind = true });
        Assert.Contains("Rewind", rig.Steps(), StringComparison.Ordinal);
        Assert.Null(rig.Plan().Risk);
    }

    [Fact]
    public void When_a_clone_after_an_erase_fails_the_risk_is_reported_until_one_is_complete()
    {
        var rig = FailedPrimary.WithAnother();
        var plan = rig.PlanAfterProbe();
        Assert.NotNull(plan.Risk);
        rig.Local = ((KeeperStep.SaveInstance)plan.Steps[0]).State;
        rig.Memory = plan.OnFailure;
        rig.Observation = rig.Observation with { Data = null, DirectoryHasFiles = false };

        // Probing, cloning again, and waiting for the source.
        Assert.Contains("copies of this cluster's data are i2, i9", rig.Plan().Risk, StringComparison.Ordinal);
        Assert.Equal("SaveInstance CloneFrom", rig.Steps());
        Assert.Contains("copies of this cluster's data are i2, i9", rig.Plan().Risk, StringComparison.Ordinal);
        rig.Change("i2", i => i with { Status = i.Status with { Healthy = false } });
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        Assert.Contains("copies of this cluster's data are i2", rig.Plan().Risk, StringComparison.Ordinal);
    }

    [Fact]
    public void Incomplete_data_are_no_risk_if_two_other_instances_have_the_data()
    {
        var rig = FailedPrimary.Crashed();
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        Assert.NotNull(rig.Plan().Risk);
        rig = FailedPrimary.WithAnother();
        rig.Local = new InstanceState { Uid = new InstanceUid("i3"), Initializing = true };
        var known = rig.Data.Instances[new InstanceUid("i9")];
        rig.Data = rig.Data with
        {
            Instances = rig.Data.Instances.With(new InstanceUid("i10"), known with { Uid = new("i10") }),
        };
        Assert.Null(rig.Plan().Risk);
    }
}
