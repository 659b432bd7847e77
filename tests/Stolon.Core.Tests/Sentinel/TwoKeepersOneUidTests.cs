using Stolon.Core.Model;
using Stolon.Core.Proxy;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A cloned volume, a restored snapshot, a machine copied while it ran: two keepers publish under one
/// key.</summary>
public sealed class TwoKeepersOneUidTests
{
    private readonly World _world = World.Running("k1", "k2");
    private readonly FakeProxy _proxy;

    public TwoKeepersOneUidTests()
    {
        _proxy = _world.AddProxy("p1");
        _world.Settle();
    }

    [Fact]
    public void A_run_that_comes_back_after_another_one_makes_the_keeper_contested_and_closes_the_proxies()
    {
        Report("k1", "copy", 1);
        Report("k1", "boot-k1", 1);
        Assert.True(Contested("k1"));
        Assert.Null(_world.Target);
        Assert.Contains("boot-k1", Trouble("k1"), StringComparison.Ordinal);
        Assert.Contains(_world.Last!.Notes, n => n is SentinelNote.KeeperContested { Severity: NoteSeverity.Error });
    }

    [Fact]
    public void A_copy_is_not_accepted_while_the_original_may_still_report()
    {
        Report("k1", "copy", 1, host: "elsewhere.example");
        Assert.Equal("boot-k1", Recorded("k1"));
        Assert.Equal("k1.example", _world.Instance("i1").Status.ListenAddress);
        Assert.Equal("i1", _world.Target);
    }

    [Fact]
    public void The_original_that_comes_back_is_detected_however_long_only_the_copy_reported()
    {
        for (var n = 0; n < 10; n++)
        {
            Report("k2", "copy", 5);
        }

        Assert.Equal("copy", Recorded("k2"));
        Assert.False(Contested("k2"));
        Report("k2", "boot-k2", 1);
        Assert.True(Contested("k2"));
    }

    [Fact]
    public void A_restart_is_not_a_conflict_and_is_accepted_when_the_earlier_run_missed_its_report()
    {
        Report("k1", "second", 1);
        Assert.Equal("boot-k1", Recorded("k1"));
        Report("k1", "second", 7);
        Assert.Equal(("second", false), (Recorded("k1"), Contested("k1")));
        Assert.Equal(("i1", "i1"), (_world.Primary, _world.Target));
    }

    [Fact]
    public void A_restart_after_a_final_report_is_accepted_immediately()
    {
        _world.Keeper("k2").Stopped = true;
        _world.Keeper("k2").Healthy = false;
        _world.Tick(1);
        (_world.Keeper("k2").Stopped, _world.Keeper("k2").Healthy) = (false, true);
        Report("k2", "second", 1);
        Assert.Equal("second", Recorded("k2"));
    }

    [Fact]
    public void A_keeper_that_crashes_repeatedly_is_not_contested()
    {
        for (var n = 0; n < 20; n++)
        {
            Report("k2", $"run {n}", 2);
            Assert.False(Contested("k2"));
        }

        Assert.NotEqual("boot-k2", Recorded("k2"));
    }

    [Fact]
    public void One_run_at_two_addresses_is_contested()
    {
        Report("k1", "boot-k1", 5, host: "elsewhere.example");
        Assert.True(Contested("k1"));
        Assert.Null(_world.Target);
        Assert.Equal("k1.example", _world.Instance("i1").Status.ListenAddress);
    }

    [Fact]
    public void A_run_that_repeats_report_numbers_is_contested_and_one_delayed_report_is_only_ignored()
    {
        _world.Keeper("k1").Number = 100;
        _world.Tick();
        var position = _world.Instance("i1").Status.Position;
        _world.Keeper("k1").Position = new(position.Value - 1000);
        _world.Keeper("k1").Number = 100;
        _world.Tick(1);
        Assert.False(Contested("k1"));
        Assert.Equal(position, _world.Instance("i1").Status.Position);
        _world.Keeper("k1").Number = 101;
        _world.Tick(1);
        _world.Keeper("k1").Number = 101;
        _world.Tick(1);
        Assert.True(Contested("k1"));
    }

    [Fact]
    public void A_contested_primary_is_replaced_by_a_standby_that_is_not()
    {
        Contest("k1");
        Assert.Equal("i2", _world.Primary);
        _world.Tick(1);
        _world.Tick(1);
        Assert.Equal("i2", _world.Target);
    }

    [Fact]
    public void A_contested_standby_is_neither_elected_nor_read_from_nor_synchronous()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        var sync = world.Wanted("i1")!;
        Contest(world, world.Instance(sync).Spec.Keeper.Value);
        Assert.False(world.Instance(sync).Status.Healthy);
        world.Settle();
        Assert.NotEqual(sync, world.Wanted("i1"));
        world.Keeper("k1").Silent = true;
        world.Advance(40);
        Assert.NotEqual(sync, world.Primary);
    }

    [Fact]
    public void A_contested_primary_without_a_candidate_gets_no_clients_and_the_clusters_trouble_is_why()
    {
        _world.Keeper("k2").EligibleAsPrimary = false;
        _world.Tick();
        Contest("k1");
        for (var n = 0; n < 20; n++)
        {
            Alternate(_world, "k1", n);
            Assert.Equal(("i1", null), (_world.Primary, _world.Target));
        }

        Assert.Contains(
            "k2: its keeper may not become primary", _world.Data.Cluster.Trouble!.Reason, StringComparison.Ordinal);
        Assert.Contains("two keepers run with this uid", _world.Data.Cluster.Trouble.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_leader_accepts_neither_of_them()
    {
        _world.Keeper("k2").EligibleAsPrimary = false;
        _world.Tick();
        Contest("k1");
        _world.Memory = new SentinelMemory();
        Report("k1", "copy", 1, host: "elsewhere.example");
        Assert.True(Contested("k1"));
        Report("k1", "copy", 5, host: "elsewhere.example");
        Assert.Equal(("boot-k1", "k1.example"), (Recorded("k1"), _world.Instance("i1").Status.ListenAddress));
        Assert.Null(_world.Target);
    }

    [Fact]
    public void A_conflict_ends_when_only_one_has_reported_for_longer_than_a_report_lives()
    {
        _world.Keeper("k2").EligibleAsPrimary = false;
        _world.Tick();
        Contest("k1");
        _world.Advance(30);
        Assert.True(Contested("k1"));
        _world.Advance(15);
        Assert.False(Contested("k1"));
        Assert.Null(_world.Data.Keepers[new KeeperUid("k1")].Status.Trouble);
        _world.Advance(10);
        Assert.Equal("i1", _world.Target);
        Assert.Null(_world.Data.Cluster.Trouble);
    }

    [Fact]
    public void A_conflict_without_reports_ends_and_the_keeper_is_silent()
    {
        Contest("k2");
        _world.Keeper("k2").Gone = true;
        _world.Advance(40);
        Assert.False(Contested("k2"));
        Assert.Equal("it does not report", Trouble("k2"));
    }

    [Fact]
    public void A_conflict_does_not_end_during_a_store_outage()
    {
        Contest("k2");
        _world.ObservationGap = TimeSpan.FromSeconds(60);
        _world.Tick(61);
        Assert.True(Contested("k2"));
    }

    [Fact]
    public void The_proxies_close_before_they_forward_to_another_address_of_the_same_primary()
    {
        var before = _world.Data.Proxy;
        Assert.Equal("k1.example:5432", before.Address?.ToString());
        _proxy.Obeys = false;
        Moved("k1", "moved.example");
        Assert.Equal((null, null, before.Generation.Next),
            (_world.Target, _world.Data.Proxy.Address, _world.Data.Proxy.Generation));
        _world.Advance(30);
        Assert.Null(_world.Target);
        _proxy.Obeys = true;
        _world.Tick();
        _world.Tick();
        Assert.Equal(("i1", "moved.example:5432"), (_world.Target, _world.Data.Proxy.Address?.ToString()));
    }

    [Fact]
    public void An_address_that_is_not_in_the_cluster_data_closes_nothing_and_its_change_does()
    {
        _world.Data = _world.Data with { Proxy = _world.Data.Proxy with { Address = null } };
        var generation = _world.Data.Proxy.Generation;
        _world.Advance(20);
        Assert.Equal(("i1", generation), (_world.Target, _world.Data.Proxy.Generation));
        _proxy.Obeys = false;
        Moved("k1", "moved.example");
        Assert.Null(_world.Target);
    }

    [Fact]
    public void A_proxy_forwards_to_the_directives_address_even_if_the_primary_reports_another_one()
    {
        _world.Change("i1", i => i with { Status = i.Status with { ListenAddress = "elsewhere.example" } });
        var route = Assert.IsType<RouteDecision.Open>(RouteDecision.For(_world.Data, _proxy.Uid));
        Assert.Equal("k1.example:5432", route.Destination.ToString());
    }

    private void Moved(string keeper, string host)
    {
        (_world.Keeper(keeper).BootUuid, _world.Keeper(keeper).Host) = ("restarted", host);
        _world.Tick(8);
        _world.Tick(1);
    }

    /// <summary>Its copy's word does not make it well before the copy is believed.</summary>
    [Fact]
    public void The_report_of_a_run_that_is_not_accepted_elects_no_primary()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Healthy = false;
        world.Tick();
        (world.Keeper("k2").Healthy, world.Keeper("k2").BootUuid) = (true, "copy");
        (world.Keeper("k1").Healthy, world.Keeper("k1").Stopped) = (false, true);

        world.Tick();

        Assert.Equal("i1", world.Primary);
        Assert.Contains(world.Notes<SentinelNote.CandidateRejected>(), n => n.Why.Contains("latest report"));
    }

    private void Report(string keeper, string boot, double seconds, string? host = null)
    {
        var (was, at) = (_world.Keeper(keeper).BootUuid, _world.Keeper(keeper).Host);
        (_world.Keeper(keeper).BootUuid, _world.Keeper(keeper).Host) = (boot, host ?? at);
        _world.Tick(seconds);
        (_world.Keeper(keeper).BootUuid, _world.Keeper(keeper).Host) = (was, at);
    }

    private void Contest(string keeper) => Contest(_world, keeper);

    private static void Contest(World world, string keeper)
    {
        Alternate(world, keeper, 1);
        Alternate(world, keeper, 2);
    }

    private static void Alternate(World world, string keeper, int turn)
    {
        world.Keeper(keeper).BootUuid = turn % 2 == 0 ? $"boot-{keeper}" : "copy";
        world.Tick(1);
        world.Keeper(keeper).BootUuid = $"boot-{keeper}";
    }

    private bool Contested(string keeper) => _world.Data.Keepers[new KeeperUid(keeper)].Status.Contested;

    private string? Recorded(string keeper) => _world.Data.Keepers[new KeeperUid(keeper)].Status.BootUuid;

    private string? Trouble(string keeper) => _world.Data.Keepers[new KeeperUid(keeper)].Status.Trouble?.Reason;
}
