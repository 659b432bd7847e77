using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>A standby that was elected.</summary>
public sealed class PromotionPlanTests
{
    [Fact]
    public void A_running_standby_that_is_elected_is_promoted()
    {
        var rig = Elected(World.New);
        var plan = rig.Plan();
        Assert.Equal("Promote", KeeperRig.Names(plan));
        Assert.True(plan.Steps[0].NeedsCurrentClusterData);
        Assert.Equal(RecoveryMode.None, Assert.IsType<KeeperStep.Promote>(plan.Steps[0]).Configuration.Recovery);
    }

    [Fact]
    public void A_promotion_leaves_no_parameter_that_needs_a_restart()
    {
        var rig = KeeperRig.Standby();
        var before = DesiredConfiguration.Standby(rig.View(), rig.Assigned)!;
        var after = DesiredConfiguration.Primary(rig.View(), rig.Assigned, internalOnly: false);
        Assert.Equal("latest", before.RecoveryParameters["recovery_target_timeline"]);
        Assert.Equal("latest", after.Parameters["recovery_target_timeline"]);
    }

    [Fact]
    public void An_elected_standby_knows_its_synchronous_standbys_before_it_is_promoted()
    {
        var rig = Elected(World.Synchronous);
        rig.ChangeAssigned(s => s with
        {
            SynchronousReplication = true,
            SynchronousStandbys = [new InstanceUid("i1")],
        });
        var plan = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(plan));
        var before = Assert.IsType<KeeperStep.Reload>(plan.Steps[0]).Configuration;
        Assert.Equal(RecoveryMode.Standby, before.Recovery);
        Assert.Equal("stolon_i1", before.Parameters["synchronous_standby_names"]);

        rig.Memory = plan.OnSuccess;
        rig.ChangeServer(a => a with { SynchronousStandbyNames = "stolon_i1" });
        Assert.Equal("Promote", rig.Steps());
    }

    /// <summary>Otherwise it would acknowledge commits that exist on one instance only.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("stolon_i9")]
    [InlineData(null)]
    public void No_promotion_while_other_synchronous_standby_names_are_in_force(string? inForce)
    {
        var rig = Elected(World.Synchronous);
        rig.ChangeAssigned(s => s with
        {
            SynchronousReplication = true,
            SynchronousStandbys = [new InstanceUid("i1")],
        });
        rig.Memory = rig.Plan().OnSuccess;
        rig.ChangeServer(a => a with { SynchronousStandbyNames = inForce });
        Assert.Equal("Reload", rig.Steps());
    }

    [Fact]
    public void After_a_failed_reload_the_configuration_in_force_is_unknown()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with { PgParameters = ValueMap<string, string>.Empty.With("work_mem", "9MB") });
        Assert.Null(rig.Plan().OnFailure.InEffect);
        rig.Memory = rig.Plan().OnFailure;
        Assert.Equal("Reload", rig.Steps());
    }

    /// <summary>Started as a primary it would write a second history on the old primary's timeline.</summary>
    [Fact]
    public void A_stopped_standby_that_is_elected_starts_as_a_standby_and_is_promoted_then()
    {
        var rig = Elected(World.New);
        var running = rig.Observation;
        rig.Observation = rig.Observation with { Server = null };
        var plan = rig.Plan();
        Assert.Equal("Start AwaitReady", KeeperRig.Names(plan));
        Assert.Equal(RecoveryMode.Standby, BootstrapPlanTests.Started(plan).Configuration.Recovery);
        (rig.Observation, rig.Memory) = (running, plan.OnSuccess);
        Assert.Equal("Promote", rig.Steps());
    }

    /// <summary>Keeper k2 runs the standby i2, which has just been elected.</summary>
    private static KeeperRig Elected(ClusterSpec spec)
    {
        var rig = KeeperRig.Standby(spec);
        rig.ChangeAssigned(s => s with { Role = InstanceRole.Primary, Follow = null });
        return rig;
    }
}
