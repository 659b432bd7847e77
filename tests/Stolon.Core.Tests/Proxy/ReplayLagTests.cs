using Stolon.Core.Postgres;
using Stolon.Core.Proxy;
using Stolon.Core.Tests.Sentinel;
using Xunit;

namespace Stolon.Core.Tests.Proxy;

/// <summary>Readers see what was replayed, not what was received.</summary>
public sealed class ReplayLagTests
{
    private readonly Readers _readers = new();

    [Fact]
    public void A_standby_that_receives_all_and_replays_nothing_is_used_last_and_removed_at_the_limit()
    {
        _readers.Run(30);
        _readers.World.Keeper("k2").Replays = false;
        var seen = Enumerable.Range(0, 16).Select(_ => _readers.Run(5)).ToList();

        Assert.Equal(_readers.World.Instance("i1").Status.Position, _readers.World.Instance("i2").Status.Position);
        Assert.Equal(["i2 i3", "i2(behind) i3", "i3"], seen.Distinct());
        Assert.Equal(10, seen.Count(s => s == "i2(behind) i3"));
        Assert.Equal(RefusalReason.TooLongBehind, _readers.WhyNot("i2")?.Reason);
    }

    [Fact]
    public void It_is_used_again_after_it_has_replayed_its_WAL()
    {
        _readers.Run(30);
        _readers.World.Keeper("k2").Replays = false;
        Assert.Equal("i3", _readers.Run(80));

        _readers.World.Keeper("k2").Replays = true;
        Assert.Equal("i2 i3", _readers.Run(5));
    }

    [Fact]
    public void Bytes_not_replayed_count()
    {
        _readers.Limits = new ReadLimits { MaxLag = TimeSpan.Zero, MaxLagBytes = 10_000 };
        _readers.Run(30);
        _readers.World.Keeper("k2").Replays = false;

        Assert.Equal("i2(behind) i3", _readers.Run(50));
        Assert.Equal("i3", _readers.Run(5));
        Assert.Equal(
            (RefusalReason.TooManyBytesBehind, 11_000),
            (_readers.WhyNot("i2")!.Reason, _readers.WhyNot("i2")!.Lag!.Bytes));
    }

    [Fact]
    public void Without_a_reported_replay_position_the_received_position_counts()
    {
        _readers.World.Keeper("k2").TellsReplay = false;
        _readers.Run(30);
        Assert.Equal(Lsn.Unknown, _readers.World.Instance("i2").Status.ReplayedPosition);
        _readers.World.Keeper("k2").Replays = false;
        Assert.Equal("i2 i3", _readers.Run(80));

        _readers.World.Keeper("k2").Streams = false;
        Assert.Equal("i3", _readers.Run(80));
    }

    [Fact]
    public void A_replay_position_that_is_no_longer_reported_is_dropped()
    {
        _readers.Run(30);
        _readers.World.Keeper("k2").TellsReplay = false;

        Assert.Equal("i2 i3", _readers.Run(80));
    }

    [Fact]
    public void Elections_use_the_received_position()
    {
        _readers.World.Keeper("k2").Replays = false;
        _readers.World.Keeper("k3").Streams = false;
        _readers.Run(30);
        PrimaryElectionTests.Fail(_readers.World, "k1");

        Assert.Equal("i2", _readers.World.Primary);
        _readers.World.Advance(10);
        Assert.Equal(Lsn.Unknown, _readers.World.Instance("i2").Status.ReplayedPosition);
    }
}
