using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Proxy;
using Xunit;

namespace Stolon.Core.Tests.Proxy;

public sealed class ReadLagTests
{
    private readonly Readers _readers = new();

    [Fact]
    public void Standbys_whose_keepers_report_at_different_moments_are_equal()
    {
        _readers.Run(30);
        var primary = _readers.World.Instance("i1").Status.Position;
        _readers.ChangeStatus("i1", s => s with { Position = new Lsn(primary.Value + 1000) });
        _readers.ChangeStatus("i3", s => s with { Position = new Lsn(primary.Value + 1000) });

        Assert.Equal("i2 i3", _readers.Check());
    }

    [Fact]
    public void A_standby_that_receives_nothing_is_used_last_and_removed_at_the_limit()
    {
        _readers.Run(30);
        _readers.World.Keeper("k2").Streams = false;
        var seen = Enumerable.Range(0, 16).Select(_ => _readers.Run(5)).ToList();

        Assert.Equal(["i2 i3", "i2(behind) i3", "i3"], seen.Distinct());
        // A lag below 10 s cannot be measured; beyond 60 s the standby is removed.
        Assert.Equal(2, seen.Count(s => s == "i2 i3"));
        Assert.Equal(10, seen.Count(s => s == "i2(behind) i3"));
        Assert.Equal(
            (RefusalReason.TooLongBehind, null), (_readers.WhyNot("i2")!.Reason, _readers.WhyNot("i2")!.Lag!.Time));
    }

    [Fact]
    public void A_removed_standby_is_used_again_only_below_half_of_the_limit()
    {
        _readers.Run(100);
        _readers.World.Keeper("k2").Streams = false;
        _readers.Run(70);
        Assert.Equal("i3", _readers.Check());

        // Where the primary was 40 s ago, then 25 s ago.
        MoveTo("i2", ago: 8);
        Assert.Equal("i3", _readers.Check());
        Assert.Equal(TimeSpan.FromSeconds(40), _readers.WhyNot("i2")?.Lag?.Time);
        MoveTo("i2", ago: 5);
        Assert.Equal("i2(behind) i3", _readers.Check());
        MoveTo("i2", ago: 8);
        Assert.Equal("i2(behind) i3", _readers.Check());
    }

    [Fact]
    public void Bytes_have_a_separate_limit()
    {
        _readers.Limits = new ReadLimits { MaxLagBytes = 10_000 };
        _readers.Run(60);
        MoveTo("i2", ago: 9);
        Assert.Equal("i2(behind) i3", _readers.Check());
        MoveTo("i2", ago: 11);
        Assert.Equal("i3", _readers.Check());
        Assert.Equal(11_000, _readers.WhyNot("i2")?.Lag?.Bytes);
        MoveTo("i2", ago: 6);
        Assert.Equal(RefusalReason.TooManyBytesBehind, Why());
        MoveTo("i2", ago: 5);
        Assert.Equal("i2(behind) i3", _readers.Check());

        RefusalReason? Why()
        {
            _readers.Check();
            return _readers.WhyNot("i2")?.Reason;
        }
    }

    [Fact]
    public void Without_limits_a_standby_far_behind_is_only_the_last_choice()
    {
        _readers.Limits = new ReadLimits { MaxLag = TimeSpan.Zero };
        _readers.World.Keeper("k2").Streams = false;
        _readers.Run(3000);

        Assert.Equal("i2(behind) i3", _readers.Check());
    }

    [Fact]
    public void A_limit_below_the_resolution_of_reports_still_admits_standbys()
    {
        _readers.Limits = new ReadLimits { MaxLag = TimeSpan.FromSeconds(6) };
        _readers.Run(60);
        MoveTo("i2", ago: 1);
        _readers.Closed();

        Assert.Equal("i2 i3", _readers.Check());
    }

    [Fact]
    public void A_proxy_that_has_just_started_uses_only_standbys_with_a_known_lag()
    {
        _readers.Run(60);
        MoveTo("i2", ago: 1);
        _readers.Forget();

        Assert.Equal("i3", _readers.Check());
        // One report later it knows where the primary was.
        Assert.Equal("i2 i3", _readers.Run(5));
    }

    [Fact]
    public void The_first_write_after_a_long_pause_makes_no_standby_lag()
    {
        _readers.Run(30);
        for (var i = 0; i < 100; i++)
        {
            // The sentinel has nothing to write either.
            _readers.World.Now += TimeSpan.FromSeconds(5);
            _readers.Check();
        }

        // The primary's keeper is the first to report it.
        _readers.World.Now += TimeSpan.FromSeconds(5);
        _readers.ChangeStatus("i1", s => s with { Position = new Lsn(s.Position.Value + 5000) });
        Assert.Equal("i2 i3", _readers.Check());
    }

    [Fact]
    public void The_time_without_a_healthy_primary_does_not_count()
    {
        _readers.Limits = new ReadLimits { MaxLag = TimeSpan.FromSeconds(20) };
        _readers.Run(60);
        MoveTo("i2", ago: 1);
        _readers.ChangeStatus("i1", s => s with { Healthy = false });
        _readers.Check();
        _readers.World.Now += TimeSpan.FromHours(1);
        Assert.Equal("i2 i3", _readers.Check());
        _readers.ChangeStatus("i1", s => s with { Healthy = true, Position = new Lsn(s.Position.Value + 5000) });
        Assert.Equal("i2 i3", _readers.Check());
        Assert.True(_readers.Last.Memory.PositionHistory.LagOf(_readers.World.Instance("i2").Status.Position)
            <= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void No_standby_falls_behind_while_no_sentinel_writes_the_cluster_data()
    {
        _readers.Run(60);
        MoveTo("i2", ago: 1);
        for (var i = 0; i < 100; i++)
        {
            _readers.World.Now += TimeSpan.FromSeconds(5);
            Assert.Equal("i2 i3", _readers.Check());
        }
    }

    [Fact]
    public void A_standby_that_lacks_the_last_writes_of_an_idle_primary_is_removed_too()
    {
        _readers.Run(30);
        _readers.World.Keeper("k2").Streams = false;
        _readers.Run(5);
        Assert.Equal("i3", _readers.Run(65, bytesPerTick: 0));
    }

    [Fact]
    public void Lag_is_measured_across_a_change_of_the_primary()
    {
        var track = new PrimaryPositionHistory();
        track = Seen(track, 1000, 0);
        track = Seen(track, 2000, 10);
        track = Seen(track, 9000, 20);

        // The new primary never had 9000.
        track = Seen(track, 3000, 30);

        Assert.Equal([1000UL, 2000UL, 3000UL], track.Samples.Select(s => s.Position.Value));
        Assert.Equal(TimeSpan.FromSeconds(20), track.LagOf(new Lsn(2500)));
        Assert.Equal(TimeSpan.Zero, track.LagOf(new Lsn(3000)));
        Assert.Null(track.LagOf(new Lsn(500)));
    }

    [Fact]
    public void For_another_cluster_measuring_starts_again()
    {
        _readers.Run(60);
        var sightings = _readers.Last.Memory.PositionHistory.Samples.Count;
        _readers.World.Data = _readers.World.Data with
        {
            Cluster = _readers.World.Data.Cluster with { Uid = new ClusterUid("cluster2") },
        };
        _readers.Check();

        Assert.True(sightings > 5);
        Assert.Single(_readers.Last.Memory.PositionHistory.Samples);
    }

    [Fact]
    public void Memory_is_bounded_for_any_number_of_checks_and_errs_only_to_the_safe_side()
    {
        var track = new PrimaryPositionHistory();
        for (var i = 0; i <= 20_000; i++)
        {
            track = Seen(track, 1000 + (ulong)i, i / 100.0);
        }

        Assert.InRange(track.Samples.Count, 50, 110);
        foreach (var ago in (ReadOnlySpan<int>)[10, 500, 2500, 5900])
        {
            var lag = track.LagOf(new Lsn(21_000 - (ulong)ago))!.Value.TotalSeconds;
            Assert.InRange(lag, ago / 100.0, (ago / 100.0) + 1.3);
        }
    }

    private static PrimaryPositionHistory Seen(PrimaryPositionHistory track, ulong position, double at)
    {
        var status = new InstanceStatus { Healthy = true, Position = new Lsn(position) };
        var primary = new Instance
        {
            Uid = new InstanceUid("i1"),
            Spec = new InstanceSpec { Keeper = new KeeperUid("k1") },
            Status = status,
        };
        return track.Observe(primary, WallTime.Never, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(60));
    }

    /// <summary>To the primary's position that many reports ago.</summary>
    private void MoveTo(string uid, int ago)
    {
        var primary = _readers.World.Instance("i1").Status.Position;
        var there = new Lsn(primary.Value - ((ulong)ago * 1000));
        _readers.ChangeStatus(uid, s => s with { Position = there, ReplayedPosition = there });
    }
}
