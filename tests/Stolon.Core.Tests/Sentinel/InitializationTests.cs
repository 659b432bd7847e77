using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class InitializationTests
{
    [Fact]
    public void Without_keepers_there_is_no_primary_to_choose()
    {
        var world = new World(World.New);
        var before = world.Data;
        Assert.Contains(new SentinelNote.NoKeepers(), world.Tick().Notes);
        Assert.Equal(before, world.Data);
    }

    [Fact]
    public void The_only_keeper_gets_the_first_primary()
    {
        var world = new World(World.New, "k1");
        world.Tick();
        var spec = world.Instance("i1").Spec;
        Assert.Equal("i1", world.Primary);
        Assert.Equal((new KeeperUid("k1"), InstanceInitMode.New, InstanceRole.Primary, true),
            (spec.Keeper, spec.InitMode!.Value, spec.Role!.Value, spec.IncludePreviousConfig));
        Assert.Equal(Generation.First, world.Instance("i1").Generation);
    }

    [Fact]
    public void Imported_cluster_data_with_leftover_instances_and_a_target_do_not_prevent_an_initialization()
    {
        var world = new World(World.New, "k1");
        world.Tick();
        var leftover = World.Running("k1").Instance("i1") with { Uid = new("old") };
        world.Data = world.Data with
        {
            Instances = ValueMap<InstanceUid, Instance>.Empty.With(leftover.Uid, leftover),
            Cluster = world.Data.Cluster with { Primary = null },
            Proxy = world.Data.Proxy with
            {
                Target = new InstanceUid("gone"),
                Address = new("h", "1"),
                Generation = Generation.First,
            },
        };

        var decision = world.Decide().Guarded(world.Data);

        Assert.False(decision.IsRefused, string.Join('\n', decision.Notes));
        Assert.Equal(decision.Data.Cluster.Primary, Assert.Single(decision.Data.Instances.Keys));
        Assert.Null(decision.Data.Proxy.Target);
    }

    [Theory]
    [InlineData(0, "k1")]
    [InlineData(1, "k2")]
    [InlineData(5, "k3")]
    public void The_first_primary_is_chosen_at_random_among_several_keepers(int chance, string chosen)
    {
        var world = new World(World.New, "k3", "k1", "k2") { Chance = chance };
        world.Tick();
        Assert.Equal(chosen, world.Instance("i1").Spec.Keeper.Value);
    }

    /// <summary>The original draws among all registered keepers, healthy and eligible or not.</summary>
    [Fact]
    public void A_keeper_that_may_not_become_primary_is_not_chosen()
    {
        var world = new World(World.New, "k1", "k2");
        world.Keeper("k1").EligibleAsPrimary = false;
        world.Tick();
        Assert.Equal("k2", world.Instance("i1").Spec.Keeper.Value);
    }

    [Fact]
    public void When_no_keeper_may_become_primary_the_cluster_waits()
    {
        var world = new World(World.New, "k1");
        world.Keeper("k1").EligibleAsPrimary = false;
        Assert.Contains(new SentinelNote.NoEligibleKeeper(), world.Tick().Notes);
        Assert.Null(world.Primary);
    }

    [Fact]
    public void A_dead_keeper_is_not_chosen()
    {
        var world = new World(World.New, "k1", "k2");
        world.Keeper("k1").EligibleAsPrimary = false;
        world.Keeper("k2").EligibleAsPrimary = false;
        world.Tick();
        world.Data = world.Data with { Keepers = world.Last!.Data.Keepers };
        world.Keeper("k1").EligibleAsPrimary = true;
        world.Keeper("k1").Silent = true;
        world.Advance(40);
        Assert.Null(world.Primary);
    }

    [Fact]
    public void A_first_primary_that_is_not_ready_within_initTimeout_is_replaced()
    {
        var world = new World(World.New with { InitTimeout = TimeSpan.FromMinutes(5) }, "k1");
        world.Keeper("k1").Obeys = false;
        world.Tick();
        world.Advance(300);
        Assert.True(world.Has("i1"));
        world.Tick();
        world.Tick();
        Assert.False(world.Has("i1"));
        Assert.Contains(new SentinelNote.InitialPrimaryFailed(new InstanceUid("i1"), new KeeperUid("k1")),
            world.Last!.Notes);
        Assert.Null(world.Primary);
        world.Tick();
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void The_deadline_of_the_first_primary_is_the_next_deadline()
    {
        var world = new World(
            World.New with { InitTimeout = TimeSpan.FromSeconds(7), FailInterval = TimeSpan.FromHours(1) }, "k1");
        world.Keeper("k1").Obeys = false;
        world.Tick();
        var owedSince = world.Now + TimeSpan.FromSeconds(5);
        Assert.Equal(owedSince + TimeSpan.FromSeconds(7.001), world.Tick().NextDeadline);
    }

    [Fact]
    public void Once_the_primary_is_ready_its_parameters_become_the_clusters()
    {
        var world = new World(World.New, "k1");
        world.Keeper("k1").Parameters = ValueMap<string, string>.Empty.With("work_mem", "8MB");
        world.Settle();
        Assert.Equal(ClusterPhase.Normal, world.Data.Cluster.Phase);
        Assert.Equal("8MB", world.Data.Cluster.Spec.PgParameters["work_mem"]);
        Assert.Equal("8MB", world.Instance("i1").Spec.PgParameters["work_mem"]);
        Assert.Equal((InstanceInitMode.None, false),
            (world.Instance("i1").Spec.InitMode!.Value, world.Instance("i1").Spec.IncludePreviousConfig));
    }

    [Fact]
    public void Parameters_are_not_taken_over_unless_asked_for()
    {
        var world = new World(World.New with { MergePgParameters = false }, "k1");
        world.Keeper("k1").Parameters = ValueMap<string, string>.Empty.With("work_mem", "8MB");
        world.Settle();
        Assert.True(world.Data.Cluster.Spec.PgParameters.IsEmpty);
    }

    /// <summary>An instance counts as healthy until it has been sick for failInterval; its parameters are not known so
    /// early.</summary>
    [Fact]
    public void Parameters_are_not_lost_when_the_first_report_of_the_ready_primary_is_unhealthy()
    {
        var world = new World(World.New, "k1");
        world.Keeper("k1").Parameters = ValueMap<string, string>.Empty.With("work_mem", "8MB");
        world.Tick();
        world.Keeper("k1").Healthy = false;
        world.Tick();
        Assert.Equal(ClusterPhase.Initializing, world.Data.Cluster.Phase);
        world.Keeper("k1").Healthy = true;
        world.Settle();
        Assert.Equal("8MB", world.Data.Cluster.Spec.PgParameters["work_mem"]);
    }

    [Fact]
    public void Existing_data_are_adopted_on_the_named_keeper()
    {
        var spec = new ClusterSpec
        {
            InitMode = ClusterInitMode.Existing,
            ExistingConfig = new ExistingConfig { KeeperUid = "k2" },
        };
        var world = new World(spec, "k1");
        Assert.Contains(new SentinelNote.ExistingKeeperMissing("k2"), world.Tick().Notes);
        world.Keepers.Add("k2", new FakeKeeper("k2"));
        world.Tick();
        Assert.Equal(("k2", InstanceInitMode.Existing),
            (world.Instance("i1").Spec.Keeper.Value, world.Instance("i1").Spec.InitMode!.Value));
    }

    [Theory]
    [InlineData(ClusterInitMode.Existing)]
    [InlineData(ClusterInitMode.PointInTimeRecovery)]
    public void An_adoption_or_a_restore_has_no_time_limit(ClusterInitMode mode)
    {
        var spec = new ClusterSpec
        {
            InitMode = mode,
            ExistingConfig = new ExistingConfig { KeeperUid = "k1" },
            PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "restore %d" },
        };
        var world = new World(spec, "k1");
        world.Keeper("k1").Obeys = false;
        world.Tick();
        for (var hour = 0; hour < 3; hour++)
        {
            world.Tick(3600);
        }

        Assert.Equal("i1", world.Primary);
    }

    [Fact]
    public void A_standby_cluster_begins_with_a_follower_of_the_external_server()
    {
        var standby = new StandbySettings { PrimaryConnInfo = "host=outside" };
        var world = new World(
            new ClusterSpec
            {
                InitMode = ClusterInitMode.PointInTimeRecovery,
                PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "restore %d" },
                Role = ClusterRole.Standby,
                StandbyConfig = new StandbyConfig { Standby = standby },
            },
            "k1");
        world.Tick();
        Assert.Equal(InstanceRole.Standby, world.Instance("i1").Spec.Role);
        Assert.Equal(new FollowSource.External(standby, null), world.Instance("i1").Spec.Follow);
    }
}
