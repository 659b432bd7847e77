using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Proxy;
using Stolon.Core.Tests.Sentinel;
using Xunit;

namespace Stolon.Core.Tests.Proxy;

public sealed class ReadRouteDecisionTests
{
    private readonly Readers _readers = new();

    [Fact]
    public void Readers_go_to_every_standby_and_never_to_the_primary()
    {
        Assert.Equal("i2 i3", _readers.Check());
        Assert.Equal(RefusalReason.NotAStandby, _readers.WhyNot("i1")?.Reason);
        Assert.Equal("k2.example:5432", _readers.Last.Targets[0].Address.ToString());
    }

    [Fact]
    public void A_standby_that_has_not_converged_is_not_used_because_its_keeper_may_still_run_the_old_primary()
    {
        _readers.ChangeSpec("i2", s => s with { MaxStandbys = 7 });

        Assert.Equal("i3", _readers.Check());
        Assert.Equal(RefusalReason.NotConverged, _readers.WhyNot("i2")?.Reason);
    }

    [Fact]
    public void An_old_primary_is_not_read_from_until_it_has_become_a_standby()
    {
        PrimaryElectionTests.Fail(_readers.World, "k1");
        (_readers.World.Keeper("k1").Healthy, _readers.World.Keeper("k1").Obeys) = (true, false);
        _readers.World.Advance(60);
        var successor = _readers.World.Data.InstanceOf(new KeeperUid("k1"))!;
        Assert.True(successor.IsStandbyType);

        Assert.DoesNotContain(successor.Uid.Value, _readers.Check());
        _readers.World.Keeper("k1").Obeys = true;
        _readers.World.Settle();
        Assert.Contains(successor.Uid.Value, _readers.Check());
    }

    [Fact]
    public void A_change_of_the_specification_interrupts_no_reader()
    {
        _readers.Check();
        _readers.ChangeSpec("i2", s => s with { MaxStandbys = 7 });

        Assert.Equal("i2 i3", _readers.Check());
        _readers.Closed();
        Assert.Equal("i3", _readers.Check());
    }

    [Fact]
    public void A_standby_that_is_not_healthy_or_of_a_keeper_that_is_not_is_not_read_from()
    {
        _readers.Check();
        _readers.World.Keeper("k2").Silent = true;
        _readers.World.Advance(40);

        Assert.Equal("i3", _readers.Check());
        Assert.Equal(RefusalReason.NotHealthy, _readers.WhyNot("i2")?.Reason);
    }

    [Fact]
    public void A_standby_whose_position_is_not_known_is_not_read_from()
    {
        _readers.ChangeStatus("i2", s => s with { Position = Lsn.Unknown });

        Assert.Equal("i3", _readers.Check());
    }

    [Fact]
    public void A_standby_that_was_removed_is_not_read_from()
    {
        _readers.Check();
        _readers.World.Data = _readers.World.Data with
        {
            Instances = _readers.World.Data.Instances.Without(new InstanceUid("i2")),
        };

        Assert.Equal("i3", _readers.Check());
    }

    [Fact]
    public void A_standby_without_an_address_or_with_that_of_another_is_not_read_from()
    {
        _readers.ChangeStatus("i2", s => s with { ListenAddress = "" });
        Assert.Equal("i3", _readers.Check());
        _readers.ChangeStatus("i2", s => s with { ListenAddress = "k1.example" });
        Assert.Equal("i3", _readers.Check());
        _readers.ChangeStatus("i2", s => s with { ListenAddress = "k3.example" });
        Assert.Equal("i2", _readers.Check());
        Assert.Equal(RefusalReason.NoAddress, _readers.WhyNot("i3")?.Reason);
    }

    [Fact]
    public void A_standby_of_another_system_is_not_read_from()
    {
        _readers.Check();
        _readers.ChangeStatus("i2", s => s with { SystemIdentifier = "1" });

        Assert.Equal("i3", _readers.Check());
        Assert.Equal(RefusalReason.AnotherTimeline, _readers.WhyNot("i2")?.Reason);
    }

    [Fact]
    public void A_standby_elected_as_primary_is_removed_and_the_other_stays()
    {
        _readers.Check();
        PrimaryElectionTests.Fail(_readers.World, "k1", obeying: false);
        Assert.Equal("i2", _readers.World.Primary);

        // i2 is removed as soon as it is elected, promoted or not; i3, which must follow another instance, is not
        // removed.
        Assert.Equal("i3", _readers.Check());
        Assert.Equal(RefusalReason.NotAStandby, _readers.WhyNot("i2")?.Reason);
        _readers.World.Keeper("k2").Obeys = true;
        _readers.World.Advance(10);
        Assert.False(_readers.World.Keeper("k2").IsStandby);
        Assert.False(_readers.World.Instance("i3").Converged);
        Assert.Equal("i3", _readers.Check());
    }

    [Fact]
    public void A_standby_on_the_previous_timeline_stays_but_is_not_added()
    {
        _readers.Check();
        Promote(switchedAt: 0x4000000);
        Assert.Equal("i2 i3", _readers.Check());

        _readers.Forget();
        Assert.Equal("", _readers.Check());
        Assert.Equal(RefusalReason.AnotherTimeline, _readers.WhyNot("i2")?.Reason);
    }

    [Fact]
    public void A_standby_with_WAL_that_the_new_primary_never_had_is_removed()
    {
        _readers.Check();
        Promote(switchedAt: 0x2000000);

        Assert.Equal("", _readers.Check());
    }

    [Fact]
    public void Standbys_stay_readable_while_there_is_no_healthy_primary()
    {
        _readers.Run(60);
        _readers.World.Keeper("k2").Streams = false;
        _readers.Run(10);
        foreach (var keeper in _readers.World.Keepers.Values)
        {
            keeper.EligibleAsPrimary = false;
        }

        PrimaryElectionTests.Fail(_readers.World, "k1");
        _readers.Check();
        _readers.World.Advance(600);

        Assert.Equal(("i1", "i2 i3"), (_readers.World.Primary, _readers.Check()));
    }

    [Fact]
    public void Without_a_primary_no_lag_can_be_measured()
    {
        _readers.World.Data = _readers.World.Data with
        {
            Cluster = _readers.World.Data.Cluster with { Primary = null },
        };

        Assert.Equal("", _readers.Check());
    }

    [Fact]
    public void In_a_standby_cluster_the_follower_of_the_external_server_takes_the_primarys_place()
    {
        _readers.ChangeSpec("i1", s => s with
        {
            Role = InstanceRole.Standby,
            Follow = new FollowSource.External(new StandbySettings { PrimaryConnInfo = "host=elsewhere" }, null),
        });

        Assert.Equal("i2 i3", _readers.Check());
    }

    [Fact]
    public void A_standby_of_a_standby_is_used_too()
    {
        _readers.ChangeSpec("i3", s => s with { Follow = new FollowSource.Internal(new InstanceUid("i2")) });
        _readers.World.Tick();
        _readers.World.Settle();

        Assert.Equal("i2 i3", _readers.Check());
    }

    private void Promote(ulong switchedAt) => _readers.ChangeStatus("i1", s => s with
    {
        Timeline = new Timeline(2),
        TimelineHistory = [new TimelineSwitch(new Timeline(1), new Lsn(switchedAt), "")],
    });
}
