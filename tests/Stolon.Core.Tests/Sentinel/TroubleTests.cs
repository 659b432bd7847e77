using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>Why something is not healthy: in the cluster data, for <c>stolonctl status</c>.</summary>
public sealed class TroubleTests
{
    private static readonly WallTime Then = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly WallTime Now = new(new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero));

    private readonly World _world = World.Running("k1", "k2");

    [Theory]
    [InlineData("it is 12 bytes behind", "it is 3456789 bytes behind", true)]
    [InlineData("at 0/30001A8 (after 10.5s)", "at 0/4000000 (after 7s)", true)]
    [InlineData("since 2026-01-01 10:00:01: dead", "since 2026-01-02 11:00:01: dead", true)]
    [InlineData("keeper1 is silent", "keeper2 is silent", false)]
    [InlineData("instance 1a2b3c4d is sick", "instance 2a2b3c4d is sick", false)]
    [InlineData("it is silent", "it is sick", false)]
    public void Messages_with_other_figures_are_equal_and_with_other_names_are_not(
        string one, string other, bool same) =>
        Assert.Equal(same, MessageComparison.EqualIgnoringNumbers(one, other));

    [Fact]
    public void A_lasting_trouble_keeps_its_start_and_another_one_starts_now()
    {
        var known = new Trouble("it is 12 s late", Then);
        Assert.Same(known, Trouble.Of("it is 13 s late", known, Now));
        Assert.Equal(new Trouble("it is dead", Now), Trouble.Of("it is dead", known, Now));
        Assert.Null(Trouble.Of(null, known, Now));
    }

    [Fact]
    public void Healthy_agents_and_a_report_that_is_a_little_late_have_no_trouble()
    {
        _world.Tick(5.2);
        _world.Keeper("k2").Silent = true;
        _world.Tick(5.5);
        _world.Keeper("k2").Silent = false;
        _world.Tick(1);
        AssertNone();
        _world.Keeper("k2").Silent = true;
        _world.Tick(8);
        AssertNone();
    }

    [Fact]
    public void A_silent_keepers_trouble_has_its_start()
    {
        var heard = _world.View().WallNow.Value;
        _world.Keeper("k2").Silent = true;
        _world.Advance(40);
        var trouble = _world.Data.Keepers[new KeeperUid("k2")].Status.Trouble!;
        Assert.Equal("it does not report", trouble.Reason);
        Assert.Equal(heard, trouble.Since.Value);
        Assert.Equal("its keeper k2 is not healthy: it does not report", Reason("i2"));
        _world.Keeper("k2").Silent = false;
        _world.Tick();
        AssertNone();
    }

    [Fact]
    public void A_keepers_reason_is_immediately_the_instances_trouble()
    {
        _world.Keeper("k2").Healthy = false;
        _world.Keeper("k2").Reason = "no connection slot is left";
        _world.Tick();
        Assert.Equal("no connection slot is left", Reason("i2"));
        _world.Keeper("k2").Healthy = true;
        _world.Tick();
        AssertNone();
    }

    [Fact]
    public void An_instance_that_is_being_created_has_no_trouble_until_it_counts_as_failed()
    {
        var world = new World(World.New, "k1");
        world.Keeper("k1").Obeys = false;
        world.Advance(20);
        Assert.Null(world.Instance("i1").Status.Trouble);
        world.Advance(20);
        Assert.Equal("keeper k1 has no data of it yet", world.Instance("i1").Status.Trouble?.Reason);
    }

    [Fact]
    public void An_instance_that_does_not_carry_out_its_generation_has_a_trouble()
    {
        _world.Keeper("k2").Obeys = false;
        _world.Respec(s => s with { MaxStandbys = 7 });
        _world.Tick();
        Assert.Null(Reason("i2"));
        _world.Advance(20);
        Assert.Matches("^it has carried out generation [0-9]+, and not yet [0-9]+$", Reason("i2"));
    }

    [Fact]
    public void The_clusters_trouble_is_why_no_standby_replaces_the_primary()
    {
        _world.Keeper("k2").EligibleAsPrimary = false;
        _world.Tick();
        _world.Keeper("k1").Silent = true;
        _world.Advance(40);
        Assert.Equal(
            "no eligible standby to replace primary i1 on k1, which is not usable (its keeper k1 is not healthy: it "
            + "does not report): k2: its keeper may not become primary",
            _world.Data.Cluster.Trouble?.Reason);
        _world.Keeper("k1").Silent = false;
        _world.Tick();
        Assert.Null(_world.Data.Cluster.Trouble);
    }

    [Fact]
    public void The_clusters_trouble_names_the_proxies_awaited_and_why_the_new_primary_is_not_ready()
    {
        var slow = _world.AddProxy("p1");
        _world.Settle();
        slow.Obeys = false;
        _world.Keeper("k2").Obeys = false;
        _world.Keeper("k1").Silent = true;
        _world.Advance(30);
        Assert.Equal("i2", _world.Primary);
        Assert.Null(_world.Data.Cluster.Trouble);
        _world.Advance(20);
        Assert.EndsWith("waiting for: p1", _world.Data.Cluster.Trouble?.Reason, StringComparison.Ordinal);
        slow.Obeys = true;
        _world.Tick();
        _world.Tick();
        Assert.StartsWith(
            "the proxies are closed until primary i2 on k2 is ready: it has carried out generation",
            _world.Data.Cluster.Trouble?.Reason,
            StringComparison.Ordinal);
        _world.Keeper("k2").Obeys = true;
        _world.Tick();
        Assert.Null(_world.Data.Cluster.Trouble);
    }

    [Fact]
    public void The_clusters_trouble_names_the_proxy_whose_report_cannot_be_read_and_what_to_do()
    {
        var broken = _world.AddProxy("p1");
        _world.Settle();
        broken.Unreadable = true;
        _world.Keeper("k1").Silent = true;
        _world.Advance(60);
        Assert.Equal(("i2", null), (_world.Primary, _world.Target));
        var trouble = _world.Data.Cluster.Trouble?.Reason;
        Assert.Contains("the report of p1 (proxies/info/p1) cannot be read", trouble, StringComparison.Ordinal);
        Assert.Contains("stop that proxy", trouble, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Single(_world.Notes<SentinelNote.WaitingForProxies>()).Text);
    }

    [Fact]
    public void The_reason_why_a_primary_is_not_usable_is_its_own()
    {
        _world.Keeper("k2").EligibleAsPrimary = false;
        _world.Keeper("k1").Stopped = true;
        (_world.Keeper("k1").Healthy, _world.Keeper("k1").Obeys) = (false, false);
        _world.Tick();
        Assert.Contains("has shut it down cleanly", Assert.Single(_world.Notes<SentinelNote.PrimaryNotOk>()).Why);

        _world.Keeper("k1").Stopped = false;
        _world.Keeper("k1").Reason = "the data directory is gone";
        _world.Advance(40);
        Assert.Contains("the data directory is gone", Assert.Single(_world.Notes<SentinelNote.PrimaryNotOk>()).Why);
    }

    /// <summary>The sentinel's log alone would say what to do.</summary>
    [Fact]
    public void A_cluster_that_cannot_start_because_of_held_data_has_a_trouble()
    {
        var world = new World(World.New, "k1");
        world.Keeper("k1").Holds = new HeldData { Cluster = new ClusterUid("earlier"), SystemIdentifier = "1" };
        world.Advance(10);
        Assert.Contains("stolonctl init", world.Data.Cluster.Trouble?.Reason, StringComparison.Ordinal);
        world.Keeper("k1").Holds = null;
        world.Settle();
        Assert.Null(world.Data.Cluster.Trouble);
    }

    [Fact]
    public void The_trouble_of_a_standby_that_confirms_WAL_but_lags_is_its_lag()
    {
        var slow = _world.Keeper("k2").Position;
        for (var n = 0; n < 12; n++)
        {
            _world.Write(1 << 20);
            slow = new Lsn(slow.Value + 100);
            _world.Keeper("k1").Connected =
                [new StandbyStream(new InstanceUid("i2"), StandbyStream.StreamingState, slow)];
            _world.Tick();
        }

        Assert.Contains("has been behind", Reason("i2"), StringComparison.Ordinal);
        Assert.DoesNotContain("not confirmed any", Reason("i2"), StringComparison.Ordinal);
    }

    private string? Reason(string instance) => _world.Instance(instance).Status.Trouble?.Reason;

    private void AssertNone()
    {
        Assert.All(_world.Data.Keepers.Values, k => Assert.Null(k.Status.Trouble));
        Assert.All(_world.Data.Instances.Values, i => Assert.Null(i.Status.Trouble));
        Assert.Null(_world.Data.Cluster.Trouble);
    }
}
