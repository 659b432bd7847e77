using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>PostgreSQL says "sync" a moment before a standby has all that was acknowledged without it.</summary>
public sealed class SynchronousStandbyConfirmationTests
{
    private readonly World _world = Asked();

    [Fact]
    public void A_standby_in_sync_is_confirmed_only_when_it_has_reached_the_primarys_position_of_that_time()
    {
        var standby = _world.Keeper("k2");
        _world.Keeper("k1").InSync = [new InstanceUid("i2")];
        _world.Tick();
        Assert.Equal("", _world.Confirmed("i1"));
        standby.Position = new(standby.Position.Value + 999);
        _world.Tick();
        Assert.Equal("", _world.Confirmed("i1"));
        standby.Position = new(standby.Position.Value + 1);
        _world.Tick();
        Assert.Equal("i2", _world.Confirmed("i1"));
    }

    [Fact]
    public void What_the_primary_writes_afterwards_need_not_be_reached()
    {
        var (primary, standby) = (_world.Keeper("k1"), _world.Keeper("k2"));
        primary.InSync = [new InstanceUid("i2")];
        _world.Tick();
        var stood = primary.Position;
        primary.Position = new(stood.Value + 5000);
        standby.Position = stood;
        _world.Tick();
        Assert.Equal("i2", _world.Confirmed("i1"));
    }

    [Fact]
    public void A_standby_that_is_no_longer_in_sync_starts_again()
    {
        var (primary, standby) = (_world.Keeper("k1"), _world.Keeper("k2"));
        primary.InSync = [new InstanceUid("i2")];
        _world.Tick();
        var stood = primary.Position;
        primary.InSync = [];
        primary.Position = new(stood.Value + 5000);
        _world.Tick();
        primary.InSync = [new InstanceUid("i2")];
        standby.Position = stood;
        _world.Tick();
        Assert.Equal("", _world.Confirmed("i1"));
        standby.Position = primary.Position;
        _world.Tick();
        Assert.Equal("i2", _world.Confirmed("i1"));
    }

    [Fact]
    public void Without_the_primarys_configuration_in_force_no_standby_is_confirmed()
    {
        _world.Keeper("k1").Obeys = false;
        _world.Keeper("k1").Generation = _world.Instance("i1").Generation;
        _world.Respec(s => s with { MaxStandbys = 9 });
        _world.Tick();
        _world.Keeper("k1").InSync = [new InstanceUid("i2")];
        _world.Keeper("k2").Position = _world.Keeper("k1").Position;
        _world.Tick();
        Assert.Equal("", _world.Confirmed("i1"));
    }

    [Fact]
    public void A_later_generation_of_the_primary_starts_the_confirmation_again()
    {
        var primary = _world.Keeper("k1");
        primary.InSync = [new InstanceUid("i2")];
        _world.Tick();
        var stood = primary.Position;
        _world.Respec(s => s with { MaxStandbys = 9 });
        _world.Tick();
        primary.Position = new(stood.Value + 5000);
        _world.Tick();
        _world.Keeper("k2").Position = stood;
        _world.Tick();
        Assert.Equal("", _world.Confirmed("i1"));
    }

    /// <summary>What a sentinel heard while it only looked on may be of a configuration long gone.</summary>
    [Fact]
    public void A_stale_report_confirms_no_standby()
    {
        var primary = _world.Keeper("k1");
        primary.InSync = [new InstanceUid("i2")];
        _world.WritesArrive = false;
        _world.Tick();
        _world.WritesArrive = true;
        primary.Silent = true;
        _world.Memory = _world.Memory with { SyncThresholds = null };
        _world.Keeper("k2").Position = primary.Position;
        _world.Tick(6);
        Assert.Equal("", _world.Confirmed("i1"));
        primary.Silent = false;
        _world.Tick();
        Assert.Equal("i2", _world.Confirmed("i1"));
    }

    [Fact]
    public void A_lost_write_does_not_lose_the_position_to_be_reached()
    {
        var primary = _world.Keeper("k1");
        primary.InSync = [new InstanceUid("i2")];
        _world.WritesArrive = false;
        _world.Tick();
        var stood = primary.Position;
        _world.WritesArrive = true;
        primary.Position = new(stood.Value + 5000);
        _world.Keeper("k2").Position = stood;
        _world.Tick();
        Assert.Equal("i2", _world.Confirmed("i1"));
    }

    [Fact]
    public void A_required_standby_that_is_removed_is_not_awaited()
    {
        _world.Data = _world.Data with { Instances = _world.Data.Instances.Without(new InstanceUid("i2")) };
        _world.Tick();
        Assert.Equal(("", "", true), (_world.Wanted("i1"), _world.Confirmed("i1"), _world.Blocked("i1")));
        Assert.Empty(_world.Notes<SentinelNote.WaitingForSynchronousStandbys>());
    }

    /// <summary>Synchronous replication was just asked for; the standby is a thousand bytes behind.</summary>
    private static World Asked()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Write(1000);
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.Equal(("i2", ""), (world.Wanted("i1"), world.Confirmed("i1")));
        return world;
    }
}
