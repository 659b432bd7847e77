using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class KeeperObservationTests
{
    private readonly World _world = World.Running("k1", "k2");

    [Fact]
    public void A_keeper_fails_when_its_report_is_late_by_more_than_failInterval()
    {
        _world.Keeper("k2").Silent = true;
        _world.Tick(5);
        _world.Tick(20);
        Assert.True(Healthy("k2"));
        _world.Tick(0.001);
        Assert.False(Healthy("k2"));
        Assert.False(_world.Instance("i2").Status.Healthy);
    }

    [Fact]
    public void The_time_at_which_a_silent_keeper_fails_is_the_next_deadline()
    {
        _world.Keeper("k2").Silent = true;
        var heard = _world.Now;
        _world.Keeper("k1").Silent = true;
        var deadline = _world.Tick(1).NextDeadline;
        Assert.Equal(heard + TimeSpan.FromSeconds(25.001), deadline);
        _world.Tick((deadline!.Value - _world.Now).TotalSeconds);
        Assert.False(Healthy("k2"));
    }

    [Fact]
    public void A_keeper_whose_report_has_expired_is_treated_like_a_silent_one()
    {
        _world.Keeper("k2").Gone = true;
        _world.Tick(5);
        _world.Tick(20);
        Assert.True(Healthy("k2"));
        _world.Tick(1);
        Assert.False(Healthy("k2"));
    }

    [Fact]
    public void One_report_makes_a_failed_keeper_healthy()
    {
        _world.Keeper("k2").Silent = true;
        _world.Advance(40);
        _world.Keeper("k2").Silent = false;
        Assert.Contains(new SentinelNote.KeeperBack(new KeeperUid("k2")), _world.Tick().Notes);
        Assert.True(_world.Instance("i2").Status.Healthy);
    }

    [Fact]
    public void Flapping_within_failInterval_is_not_a_failure()
    {
        for (var n = 0; n < 10; n++)
        {
            _world.Keeper("k1").Silent = n % 4 != 0;
            _world.Tick();
            Assert.Equal("i1", _world.Primary);
            Assert.True(Healthy("k1"));
        }
    }

    [Fact]
    public void A_report_found_at_the_first_look_proves_neither_life_nor_death()
    {
        _world.Keeper("k2").Silent = true;
        _world.Memory = new SentinelMemory();
        _world.Tick();
        _world.Tick(4);
        Assert.True(Healthy("k2"));
        Assert.Empty(_world.Memory.KeeperFailingSince);
        _world.Tick(2);
        Assert.True(_world.Memory.KeeperFailingSince.ContainsKey(new KeeperUid("k2")));
        _world.Tick(19);
        Assert.True(Healthy("k2"));
        _world.Tick(1);
        Assert.False(Healthy("k2"));
    }

    [Fact]
    public void A_keeper_known_to_be_failed_stays_failed_until_its_report_changes()
    {
        _world.Keeper("k2").Silent = true;
        _world.Advance(40);
        _world.Memory = new SentinelMemory();
        _world.Tick(1);
        Assert.False(Healthy("k2"));
        _world.Keeper("k2").Silent = false;
        _world.Tick(1);
        Assert.True(Healthy("k2"));
    }

    [Fact]
    public void A_sentinel_that_observed_before_acts_immediately_when_it_becomes_leader()
    {
        _world.Observer = new SentinelMemory();
        _world.Tick();
        _world.Tick();
        _world.Keeper("k1").Silent = true;
        _world.Advance(20);
        Assert.Equal("i1", _world.Primary);
        _world.Memory = _world.Observer!;
        _world.Advance(10);
        Assert.Equal("i2", _world.Primary);
    }

    [Fact]
    public void A_sentinel_that_did_not_observe_before_waits_for_the_whole_time()
    {
        _world.Keeper("k1").Silent = true;
        _world.Advance(20);
        _world.Memory = new SentinelMemory();
        _world.Advance(30);
        Assert.Equal("i1", _world.Primary);
        _world.Advance(10);
        Assert.Equal("i2", _world.Primary);
    }

    [Fact]
    public void Reports_of_another_cluster_are_ignored()
    {
        _world.Keepers.Add("k9", new FakeKeeper("k9") { BelongsTo = new ClusterUid("other"), Obeys = false });
        _world.Tick();
        Assert.False(_world.Data.Keepers.ContainsKey(new KeeperUid("k9")));
    }

    [Fact]
    public void What_a_keeper_reports_of_itself_is_stored()
    {
        _world.Keeper("k2").EligibleAsSynchronousStandby = false;
        _world.Keeper("k2").EligibleAsPrimary = null;
        _world.Keeper("k2").BootUuid = "second-boot";
        _world.Tick();
        _world.Tick();
        var status = _world.Data.Keepers[new KeeperUid("k2")].Status;
        Assert.Equal((false, null, "second-boot"),
            (status.EligibleAsSynchronousStandby, status.EligibleAsPrimary, status.BootUuid));
        Assert.Equal(15, status.BinaryVersion.Major);
    }

    [Fact]
    public void Failkeeper_fails_a_keeper_for_one_decision()
    {
        _world.ChangeKeeper("k2", s => s with { ForceFail = true });
        _world.Decide();
        Assert.False(Healthy("k2"));
        Assert.False(_world.Instance("i2").Status.Healthy);
        Assert.False(_world.Data.Keepers[new KeeperUid("k2")].Status.ForceFail);
        _world.Tick();
        Assert.True(Healthy("k2"));
        Assert.True(_world.Instance("i2").Status.Healthy);
    }

    [Fact]
    public void Failkeeper_is_repeated_in_the_next_decision_if_the_write_was_lost()
    {
        _world.ChangeKeeper("k1", s => s with { ForceFail = true });
        _world.WritesArrive = false;
        _world.Decide();
        _world.WritesArrive = true;
        _world.Decide();
        Assert.Equal("i2", _world.Primary);
    }

    [Fact]
    public void An_instance_fails_when_another_ones_data_are_reported_for_longer_than_failInterval()
    {
        _world.Keeper("k2").Obeys = false;
        _world.Keeper("k2").Instance = new InstanceUid("other");
        _world.Tick();
        _world.Advance(20);
        Assert.True(_world.Instance("i2").Status.Healthy);
        Assert.Contains(new SentinelNote.InstanceFailed(new("i2"), new("k2")), _world.Tick().Notes);
        Assert.True(Healthy("k2"));
    }

    [Fact]
    public void An_unhealthy_server_keeps_its_last_known_state()
    {
        _world.Write(100);
        _world.Tick();
        var position = _world.Instance("i2").Status.Position;
        _world.Keeper("k2").Healthy = false;
        _world.Advance(40);
        Assert.False(_world.Instance("i2").Status.Healthy);
        Assert.Equal(position, _world.Instance("i2").Status.Position);
        Assert.Equal(position, _world.Instance("i2").Status.ReplayedPosition);
        Assert.Equal(FakeKeeper.Cluster, _world.Instance("i2").Status.SystemIdentifier);
    }

    [Fact]
    public void After_a_lost_write_the_sentinel_still_remembers_what_it_observed()
    {
        _world.Keeper("k1").Silent = true;
        _world.WritesArrive = false;
        _world.Advance(40);
        Assert.Equal("i1", _world.Primary);
        _world.WritesArrive = true;
        _world.Tick();
        Assert.Equal("i2", _world.Primary);
    }

    private bool Healthy(string keeper) => _world.Data.Keepers[new KeeperUid(keeper)].Status.Healthy;
}
