using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class ProxyRoutingTests
{
    private readonly World _world = World.Running("k1", "k2");
    private readonly FakeProxy _first;
    private readonly FakeProxy _second;

    public ProxyRoutingTests()
    {
        (_first, _second) = (_world.AddProxy("p1"), _world.AddProxy("p2"));
        _world.Settle();
    }

    [Fact]
    public void Proxies_are_enabled_as_they_appear()
    {
        Assert.Equal([_first.Uid, _second.Uid], _world.Data.Proxy.EnabledProxies);
        Assert.Equal("i1", _world.Target);
        var generation = _world.Data.Proxy.Generation;
        _world.AddProxy("p3");
        _world.Tick();
        Assert.Equal(3, _world.Data.Proxy.EnabledProxies.Count);
        Assert.Equal(generation.Next, _world.Data.Proxy.Generation);
    }

    [Fact]
    public void Without_any_change_the_directive_keeps_its_generation()
    {
        var empty = World.Running("k1", "k2");
        var generation = empty.Data.Proxy.Generation;
        empty.Tick();
        Assert.Equal(generation, empty.Data.Proxy.Generation);
    }

    [Fact]
    public void The_target_stays_empty_until_every_active_proxy_has_disconnected()
    {
        _second.Obeys = false;
        PrimaryElectionTests.Fail(_world, "k1");
        _world.Advance(60);
        Assert.Null(_world.Target);
        Assert.Contains(new SentinelNote.WaitingForProxies([_second.Uid], []), _world.Last!.Notes);
        _second.Obeys = true;
        _world.Tick();
        Assert.Equal("i2", _world.Target);
    }

    [Fact]
    public void The_target_stays_empty_until_the_new_primary_accepts_writes()
    {
        PrimaryElectionTests.Fail(_world, "k1", obeying: false);
        _world.Advance(20);
        Assert.Equal(("i2", null), (_world.Primary, _world.Target));
        Assert.Contains(new SentinelNote.WaitingForPrimary(new InstanceUid("i2")), _world.Last!.Notes);
        _world.Keeper("k2").Obeys = true;
        _world.Tick();
        Assert.Equal("i2", _world.Target);
        Assert.Equal([_first.Uid, _second.Uid], _world.Data.Proxy.EnabledProxies);
    }

    [Fact]
    public void A_silent_proxy_counts_until_it_has_certainly_closed_by_itself()
    {
        _second.Silent = true;
        var heard = _world.Now;
        PrimaryElectionTests.Fail(_world, "k1");
        while (_world.Now - heard < TimeSpan.FromSeconds(30))
        {
            Assert.NotEqual("i2", _world.Target);
            _world.Tick();
        }

        _world.Tick();
        Assert.Equal("i2", _world.Target);
        Assert.Equal([_first.Uid], _world.Data.Proxy.EnabledProxies);
    }

    [Fact]
    public void The_time_at_which_a_silent_proxy_no_longer_counts_is_the_next_deadline()
    {
        _second.Silent = true;
        _second.Timeout = TimeSpan.FromSeconds(15);
        var heard = _world.Now;
        _world.Tick(29);
        Assert.Equal(heard + TimeSpan.FromSeconds(30.001), _world.Last!.NextDeadline);
    }

    [Fact]
    public void A_proxy_whose_report_has_expired_does_not_count()
    {
        _second.Gone = true;
        PrimaryElectionTests.Fail(_world, "k1");
        _world.Tick();
        Assert.Equal("i2", _world.Target);
    }

    [Fact]
    public void After_a_change_of_leader_an_unknown_proxy_is_presumed_alive()
    {
        _second.Silent = true;
        PrimaryElectionTests.Fail(_world, "k1");
        _world.Memory = new SentinelMemory();
        _world.Advance(30);
        Assert.Null(_world.Target);
        _world.Advance(15);
        Assert.Equal("i2", _world.Target);
    }

    [Fact]
    public void A_target_that_is_not_the_primary_is_revoked()
    {
        _world.Data = _world.Data with { Proxy = _world.Data.Proxy with { Target = new InstanceUid("i2") } };
        _world.Decide();
        Assert.Null(_world.Target);
    }

    [Fact]
    public void An_unhealthy_primary_without_a_candidate_stays_the_target()
    {
        _world.Keeper("k2").Silent = true;
        _world.Advance(40);
        PrimaryElectionTests.Fail(_world, "k1");
        _world.Advance(20);
        Assert.Equal("i1", _world.Target);
    }

    [Fact]
    public void A_live_proxy_whose_report_cannot_be_read_delays_the_next_primary()
    {
        _second.Unreadable = true;
        PrimaryElectionTests.Fail(_world, "k1");
        _world.Advance(120);
        Assert.Equal(("i2", null), (_world.Primary, _world.Target));
        Assert.Contains(new SentinelNote.WaitingForProxies([_second.Uid], [_second.Uid]), _world.Last!.Notes);
        _second.Unreadable = false;
        _world.Tick();
        Assert.Equal("i2", _world.Target);
    }

    [Fact]
    public void A_report_that_cannot_be_read_and_does_not_change_counts_for_four_timeouts()
    {
        _second.Unreadable = true;
        _world.Tick();
        _second.Silent = true;
        var begin = _world.Now;
        PrimaryElectionTests.Fail(_world, "k1");
        while (_world.Target is null or "i1" && _world.Now - begin < TimeSpan.FromMinutes(5))
        {
            _world.Tick();
        }

        Assert.Equal("i2", _world.Target);
        Assert.InRange((_world.Now - begin).TotalSeconds, 60, 70);
    }

    [Fact]
    public void While_a_report_cannot_be_read_no_clients_are_disconnected_and_no_proxy_is_enabled_for_it()
    {
        var before = _world.Data.Proxy;
        _second.Unreadable = true;
        _world.AddProxy("elsewhere").Unreadable = true;
        _world.Advance(120);
        Assert.Equal(before, _world.Data.Proxy);
    }
}
