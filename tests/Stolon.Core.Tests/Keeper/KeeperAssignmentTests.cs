using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class KeeperAssignmentTests
{
    private static readonly KeeperStep Clone =
        new KeeperStep.CloneFrom(new ServerAddress("k1.example", "5432"), new InstanceUid("i2"), "stolon_i2");

    private static readonly KeeperStep Stop = new KeeperStep.Stop();

    private static readonly KeeperStep Promote = new KeeperStep.Promote(KeeperRig.Primary().Desired());

    private readonly KeeperRig _rig = KeeperRig.Standby();

    [Fact]
    public void A_step_goes_on_while_its_purpose_does_not_change()
    {
        var begun = Now();
        _rig.Change("i1", i => i with { Status = i.Status with { Healthy = false, Port = "1" } });
        _rig.ChangeAssigned(s => s with { UsePgRewind = true });

        Assert.True(begun.StillRequires(Clone, Now()));
        Assert.True(begun.StillRequires(Stop, Now()));
    }

    [Fact]
    public void A_copy_is_cancelled_when_the_source_changes()
    {
        var begun = Now();
        _rig.ChangeAssigned(s => s with { Follow = new FollowSource.Internal(new InstanceUid("i2")) });

        Assert.False(begun.StillRequires(Clone, Now()));
        Assert.True(begun.StillRequires(Stop, Now()));
    }

    [Fact]
    public void A_copy_is_cancelled_when_its_source_is_gone()
    {
        var begun = Now();
        _rig.Data = _rig.Data with { Instances = _rig.Data.Instances.Without(new InstanceUid("i1")) };

        Assert.False(begun.StillRequires(Clone, Now()));
    }

    [Fact]
    public void Only_long_steps_are_cancelled_when_the_instance_was_removed()
    {
        var begun = Now();
        _rig.Data = _rig.Data with { Instances = _rig.Data.Instances.Without(new InstanceUid("i2")) };

        Assert.False(begun.StillRequires(Clone, Now()));
        Assert.False(begun.StillRequires(Stop, Now()));
        Assert.True(begun.StillRequires(Promote, Now()));
    }

    [Fact]
    public void Long_steps_are_cancelled_when_the_cluster_was_initialized_again()
    {
        var begun = Now();
        _rig.Data = _rig.Data with { Cluster = _rig.Data.Cluster with { Uid = new ClusterUid("another") } };

        Assert.False(begun.StillRequires(Stop, Now()));
    }

    private KeeperAssignment Now() => KeeperAssignment.Of(_rig.Data, _rig.Self);
}
