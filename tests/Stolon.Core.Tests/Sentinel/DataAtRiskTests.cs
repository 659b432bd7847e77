using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A cluster that was begun, with the store lost or by mistake, where keepers hold data.</summary>
public sealed class DataAtRiskTests
{
    private static readonly HeldData Held = new()
    {
        Cluster = new ClusterUid("earlier"),
        Instance = new InstanceUid("db1"),
        SystemIdentifier = "1",
        Timeline = new(3),
    };

    [Theory]
    [InlineData(ClusterInitMode.New)]
    [InlineData(ClusterInitMode.PointInTimeRecovery)]
    public void No_first_primary_is_chosen_while_a_keeper_holds_another_clusters_data(ClusterInitMode mode)
    {
        var world = new World(new ClusterSpec { InitMode = mode, PointInTimeConfig = new() }, "k1", "k2");
        world.Keeper("k2").Holds = Held;
        world.Tick();
        Assert.Null(world.Primary);
        var note = Assert.Single(world.Notes<SentinelNote.DataHeldElsewhere>());
        Assert.Equal([new KeeperUid("k2")], note.Keepers);
        Assert.Contains(
            """{"initMode":"existing","existingConfig":{"keeperUID":"k2"}}""", note.Text, StringComparison.Ordinal);
        Assert.True(world.Data.Keepers.ContainsKey(new KeeperUid("k2")), "status shows what it complains of");
    }

    [Fact]
    public void The_consent_given_to_stolonctl_init_lets_one_be_chosen()
    {
        var world = new World(World.New, "k1");
        world.Keeper("k1").Holds = Held;
        Agree(world, new OverwriteConsent { Clusters = [Held.Cluster!.Value] });
        world.Tick();
        Assert.NotNull(world.Primary);
    }

    [Fact]
    public void The_keeper_named_to_be_adopted_is_chosen()
    {
        var spec = new ClusterSpec
        {
            InitMode = ClusterInitMode.Existing,
            ExistingConfig = new ExistingConfig { KeeperUid = "k1" },
        };
        var world = new World(spec, "k1");
        world.Keeper("k1").Holds = Held;
        world.Tick();
        Assert.NotNull(world.Primary);
    }

    [Fact]
    public void A_keeper_that_must_keep_its_data_is_the_last_to_get_a_standby()
    {
        var world = World.Running(World.New with { MaxStandbysPerSender = 1 }, "k2");
        world.Keeper("k1", obeys: true).Holds = Held;
        world.Keeper("k3", obeys: true);
        world.Settle();
        Assert.NotNull(world.Data.InstanceOf(new KeeperUid("k3")));
        Assert.Null(world.Data.InstanceOf(new KeeperUid("k1")));
    }

    [Fact]
    public void A_consent_to_any_data_is_narrowed_when_there_is_a_first_primary()
    {
        var world = new World(World.New, "k1", "k2");
        world.Keeper("k2").Holds = Held;
        Agree(world, OverwriteConsent.For(WallTime.Never, replaced: null, []));
        world.Settle();
        var consent = Assert.IsType<OverwriteConsent>(world.Data.Cluster.Consent);
        Assert.Equal((false, true), (consent.Any, consent.Covers(Held)));
        Assert.False(consent.Covers(Held with { Cluster = new ClusterUid("stranger") }));
    }

    [Fact]
    public void The_most_advanced_data_have_the_latest_timeline_and_then_position()
    {
        var held = ValueMap<KeeperUid, HeldData>.Empty
            .With(new KeeperUid("k1"), Held with { Timeline = new(2), Position = new(900) })
            .With(new KeeperUid("k2"), Held with { Position = new(100) })
            .With(new KeeperUid("k3"), Held with { Position = new(200) });
        Assert.Equal(new KeeperUid("k3"), DataAtRisk.Furthest(held));
    }

    /// <summary>Its files tell of an initdb that was interrupted; a keeper of ours says what it holds that is whole.
    /// </summary>
    [Fact]
    public void Data_of_an_interrupted_initialisation_do_not_count_if_the_keeper_numbers_its_reports()
    {
        var world = World.Running("k1");
        world.Keeper("k1").Number = 7;
        world.Settle();
        Assert.Empty(DataAtRisk.BeforeCluster(world.View().Keepers, World.New));
    }

    /// <summary>The original's keepers do not say what they hold.</summary>
    [Fact]
    public void The_observed_server_counts_as_held_data_if_the_keeper_does_not_number_its_reports()
    {
        var world = World.Running("k1");
        var held = DataAtRisk.BeforeCluster(world.View().Keepers, World.New);
        Assert.Equal(new InstanceUid("i1"), held[new KeeperUid("k1")].Instance);
    }

    /// <summary>Ours says what it holds; data half-made by an initialisation are not whole.</summary>
    [Fact]
    public void For_a_keeper_that_reports_held_data_only_that_counts()
    {
        var world = World.Running("k1");
        world.Keeper("k1").Number = 7;
        world.Tick();
        Assert.Empty(DataAtRisk.BeforeCluster(world.View().Keepers, World.New));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("earlier", true)]
    public void Before_there_is_a_cluster_the_keeper_to_be_adopted_counts_only_if_its_data_belonged_to_a_cluster(
        string? cluster, bool counts)
    {
        var reports = ValueMap<KeeperUid, KeeperReport>.Empty.With(new KeeperUid("k1"), new KeeperReport
        {
            InfoUid = "1",
            Uid = new KeeperUid("k1"),
            Holds = Held with { Cluster = cluster is null ? null : new ClusterUid(cluster) },
        });
        var spec = new ClusterSpec
        {
            InitMode = ClusterInitMode.Existing,
            ExistingConfig = new ExistingConfig { KeeperUid = "k1" },
        };
        Assert.Equal(counts, !DataAtRisk.BeforeCluster(reports, spec).IsEmpty);
        Assert.False(DataAtRisk.BeforeCluster(reports, World.New).IsEmpty);
    }

    private static void Agree(World world, OverwriteConsent consent) =>
        world.Data = world.Data with { Cluster = world.Data.Cluster with { Consent = consent } };
}
