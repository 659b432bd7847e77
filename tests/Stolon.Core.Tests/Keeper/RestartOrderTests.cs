using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>The order of restarts for parameters that need one.</summary>
public sealed class RestartOrderTests
{
    [Theory]
    [InlineData(true, "k1", "Stop Start AwaitReady")]
    [InlineData(true, "k2", "Stop Start")]
    [InlineData(false, "k1", "")]
    [InlineData(false, "k2", "")]
    public void A_parameter_that_waits_for_a_restart_gets_one_only_when_allowed(
        bool allowed, string keeper, string steps)
    {
        var rig = keeper == "k1" ? KeeperRig.Primary() : KeeperRig.Standby();
        rig.Respec(s => s with { AutomaticPgRestart = allowed });
        rig.ChangeServer(a => a with { PendingRestart = true });
        Assert.Equal(steps, rig.Steps());
        Assert.Equal(!allowed, rig.Plan().Remarks.Contains(KeeperRemark.RestartNeeded));
    }

    [Theory]
    [InlineData("max_connections", true)]
    [InlineData("work_mem", false)]
    public void A_primary_waits_for_a_standby_that_needs_the_same_restart(string waitsThere, bool waits)
    {
        var rig = Changing(KeeperRig.Primary());
        rig.Change("i2", i => i with { Status = i.Status with { PendingRestart = [waitsThere] } });
        Assert.Equal(waits ? "" : "Stop Start AwaitReady", rig.Steps());
        Assert.Null(rig.Plan().RestartHeld);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_complaint_names_the_instance_that_a_restart_waits_for_and_its_trouble(bool unhealthy)
    {
        var rig = Changing(KeeperRig.Primary());
        var trouble = unhealthy ? new Trouble("keeper k2 cannot observe it", WallTime.Never) : null;
        rig.Change("i2", i => i with
        {
            Generation = i.Generation.Next,
            Status = i.Status with { Trouble = trouble },
        });
        Assert.Equal("", rig.Steps());
        Assert.Equal(
            "the restart for changed parameters (max_connections) waits until these have restarted: instance i2 on "
            + $"keeper k2{(unhealthy ? " (keeper k2 cannot observe it)" : "")}; repair them, or restart this "
            + "PostgreSQL by hand",
            rig.Plan().RestartAwaits);

        rig.Change("i2", i => i with { Status = i.Status with { CurrentGeneration = i.Generation } });
        Assert.Null(rig.Plan().RestartAwaits);
    }

    [Theory]
    [InlineData("max_connections", true)]
    [InlineData("work_men", false)]
    public void A_change_that_a_standby_rejected_stops_there(string leftOut, bool held)
    {
        var rig = Changing(KeeperRig.Primary());
        rig.Change("i2", i => i with { Status = i.Status with { LeftOut = [leftOut] } });
        Assert.Equal(held ? "" : "Stop Start AwaitReady", rig.Steps());
        Assert.Equal(held, rig.Plan().RestartHeld?.Contains("i2 on keeper k2 rejects max_connections") ?? false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_standby_that_became_unhealthy_after_the_change_stops_it(bool healthy)
    {
        var rig = KeeperRig.Primary();
        SetUnhealthy(rig, !healthy);
        rig.ChangeAssigned(s => s with
        {
            PgParameters = ValueMap<string, string>.Empty.With("max_connections", "300"),
        });
        var reload = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(reload));
        rig.Memory = reload.OnSuccess;
        rig.Local = rig.Local with { Generation = rig.Assigned.Generation };
        SetUnhealthy(rig, true);
        Changing(rig);
        Assert.Equal(healthy ? "" : "Stop Start AwaitReady", rig.Steps());
        Assert.Equal(
            healthy,
            rig.Plan().RestartHeld?.Contains("i2 on keeper k2 was healthy before the change and is not now") ?? false);
    }

    /// <summary>The keeper cannot know since when a standby is unhealthy.</summary>
    [Fact]
    public void A_keeper_that_found_its_server_running_does_not_restart_it_while_a_standby_is_unhealthy()
    {
        var rig = KeeperRig.Primary();
        rig.Memory = new KeeperMemory();
        SetUnhealthy(rig, true);
        var reload = rig.Plan();
        Assert.Equal("Reload", KeeperRig.Names(reload));
        rig.Memory = reload.OnSuccess;
        Changing(rig);
        Assert.NotNull(rig.Plan().RestartHeld);
    }

    [Fact]
    public void One_standby_tries_a_change_before_the_others()
    {
        var first = Changing(KeeperRig.Standby());
        WithSibling(first, "i3", i => i with { Status = i.Status with { PendingRestart = ["max_connections"] } });
        Assert.Equal("Stop Start", first.Steps());

        var second = Changing(KeeperRig.Standby());
        WithSibling(second, "i0", i => i with { Status = i.Status with { PendingRestart = ["max_connections"] } });
        Assert.Equal("", second.Steps());
        Assert.Null(second.Plan().RestartHeld);

        WithSibling(second, "i0", i => i);
        Assert.Equal("Stop Start", second.Steps());

        WithSibling(second, "i0", i => i with { Status = i.Status with { LeftOut = ["max_connections"] } });
        Assert.Equal("", second.Steps());
        Assert.NotNull(second.Plan().RestartHeld);
    }

    [Fact]
    public void No_standby_restarts_for_a_value_that_the_primary_rejected()
    {
        var rig = Changing(KeeperRig.Standby());
        rig.Change("i1", i => i with { Status = i.Status with { LeftOut = ["max_connections"] } });
        Assert.Equal("", rig.Steps());
        Assert.NotNull(rig.Plan().RestartHeld);
    }

    private static KeeperRig Changing(KeeperRig rig)
    {
        rig.Respec(s => s with { AutomaticPgRestart = true });
        rig.ChangeServer(a => a with { PendingRestart = true, PendingParameters = ["max_connections"] });
        return rig;
    }

    private static void SetUnhealthy(KeeperRig rig, bool unhealthy) =>
        rig.Change("i2", i => i with { Status = i.Status with { Healthy = !unhealthy } });

    private static void WithSibling(KeeperRig rig, string uid, Func<Instance, Instance> change)
    {
        var sibling = rig.Assigned with { Uid = new InstanceUid(uid) };
        sibling = sibling with { Spec = sibling.Spec with { Keeper = new KeeperUid("k" + uid) } };
        rig.Data = rig.Data with { Instances = rig.Data.Instances.With(sibling.Uid, change(sibling)) };
    }
}
