using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>Keepers forgotten and found again, settings copied, generations and times counted, changes
/// weighed.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public void A_keeper_that_was_dead_for_deadKeeperRemovalInterval_and_has_no_instance_is_removed()
    {
        var world = World.Running(World.New with { MaxStandbysPerSender = 1 }, "k1", "k2", "k3");
        world.Keeper("k3").Silent = true;
        world.Advance(60);
        Assert.True(world.Data.Keepers.ContainsKey(new KeeperUid("k3")));
        world.ClockJump = TimeSpan.FromHours(48);
        world.Tick();
        Assert.False(world.Data.Keepers.ContainsKey(new KeeperUid("k3")));
        world.Keeper("k3").Silent = false;
        world.Tick();
        Assert.True(world.Data.Keepers.ContainsKey(new KeeperUid("k3")));
    }

    [Fact]
    public void A_keeper_with_an_instance_is_never_removed()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Silent = true;
        world.Advance(60);
        world.ClockJump = TimeSpan.FromDays(365);
        world.Tick();
        Assert.True(world.Data.Keepers.ContainsKey(new KeeperUid("k2")));
    }

    [Fact]
    public void A_jump_of_the_wall_clock_alone_removes_no_live_keeper()
    {
        var world = World.Running(World.New with { MaxStandbysPerSender = 1 }, "k1", "k2", "k3");
        world.ClockJump = TimeSpan.FromDays(365);
        world.Tick();
        Assert.Equal(3, world.Data.Keepers.Count);
    }

    [Fact]
    public void A_removed_keeper_that_still_runs_registers_again_and_gets_a_new_instance()
    {
        var world = World.Running("k1", "k2");
        world.Data = world.Data with
        {
            Keepers = world.Data.Keepers.Without(new KeeperUid("k2")),
            Instances = world.Data.Instances.Without(new InstanceUid("i2")),
        };
        Assert.Contains(new SentinelNote.KeeperRegistered(new KeeperUid("k2")), world.Tick().Notes);
        Assert.Equal("k2", world.Instance("i3").Spec.Keeper.Value);
    }

    [Fact]
    public void Settings_are_copied_into_every_instance_and_raise_its_generation_once()
    {
        var world = World.Running("k1", "k2");
        var before = world.Data.Instances;
        world.Respec(s => s with
        {
            MaxStandbys = 7,
            UsePgRewind = true,
            PgParameters = ValueMap<string, string>.Empty.With("work_mem", "4MB"),
            PgHba = ["host all all 10.0.0.0/8 md5"],
            AdditionalWalSenders = 9,
            RequestTimeout = TimeSpan.FromSeconds(3),
            ExtraPrimarySlots = ["extra"],
        });
        world.Tick();
        foreach (var uid in new[] { "i1", "i2" })
        {
            var spec = world.Instance(uid).Spec;
            Assert.Equal((7, true, 9, TimeSpan.FromSeconds(3)),
                ((int)spec.MaxStandbys, spec.UsePgRewind, (int)spec.AdditionalWalSenders, spec.RequestTimeout));
            Assert.Equal("4MB", spec.PgParameters["work_mem"]);
            Assert.Equal(["host all all 10.0.0.0/8 md5"], spec.PgHba);
            Assert.Equal(before[new InstanceUid(uid)].Generation.Next, world.Instance(uid).Generation);
        }

        Assert.Equal(["extra"], world.Instance("i1").Spec.AdditionalReplicationSlots);
        Assert.Null(world.Instance("i2").Spec.AdditionalReplicationSlots);
    }

    [Fact]
    public void Only_what_has_changed_gets_a_new_change_time()
    {
        var world = World.Running("k1", "k2");
        var before = world.Data;
        world.Change("i1", i => i with { Spec = i.Spec with { MaxStandbys = 3 } });
        world.Tick();
        Assert.NotEqual(before.Instances[new InstanceUid("i1")].ChangeTime, world.Instance("i1").ChangeTime);
        Assert.Equal(before.Instances[new InstanceUid("i2")].ChangeTime, world.Instance("i2").ChangeTime);
        Assert.Equal(before.Cluster.ChangeTime, world.Data.Cluster.ChangeTime);
        Assert.Equal(before.Proxy.ChangeTime, world.Data.Proxy.ChangeTime);
    }

    [Fact]
    public void Changes_that_agents_act_on_are_material()
    {
        var world = World.Running("k1", "k2");
        var data = world.Data;
        Assert.Equal(ChangeWeight.None, ChangeWeights.Of(data, data));
        world.Tick();
        Assert.Equal(ChangeWeight.Heartbeat, ChangeWeights.Of(data, world.Data));
        world.Write(1);
        world.Tick();
        Assert.Equal(ChangeWeight.Positions, ChangeWeights.Of(data, world.Data));
        data = world.Data;
        world.Change("i2", i => i with { Status = i.Status with { ReplayedPosition = new Lsn(1) } });
        Assert.Equal(ChangeWeight.Positions, ChangeWeights.Of(data, world.Data));
        world.ChangeKeeper("k1", s => s with { Healthy = false });
        Assert.Equal(ChangeWeight.Material, ChangeWeights.Of(data, world.Data));
    }
}
