using Stolon.Agents.Ports.Store;

namespace Stolon.Agents.Tests.Sentinel;

public sealed class LeaderElectorTests
{
    private readonly SentinelRig _rig = new();

    [Fact]
    public void The_only_candidate_leads_and_the_check_is_woken()
    {
        _rig.StandForElection();

        Assert.NotNull(_rig.Seat.Current);
        Assert.Equal("s1", _rig.Leader);
        Assert.True(_rig.Stage.Start(t => _rig.Wake.WaitAsync(TimeSpan.FromDays(1), t)).IsCompleted);
    }

    [Fact]
    public void The_second_candidate_leads_when_the_first_resigns()
    {
        var first = _rig.Stage.Do(t => _rig.Election().CampaignAsync("s2", t), within: 0.1);
        _rig.StandForElection();
        Assert.Null(_rig.Seat.Current);

        _rig.Stage.Begin(async _ => await first.DisposeAsync());
        _rig.Stage.Advance(0.1);

        Assert.Equal("s1", _rig.Leader);
        Assert.NotNull(_rig.Seat.Current);
    }

    [Fact]
    public void A_leadership_that_is_lost_is_given_up_and_stood_for_again()
    {
        _rig.StandForElection();
        var before = Assert.IsAssignableFrom<ILeadership>(_rig.Seat.Current).Fence;

        _rig.Stage.Do(t => _rig.Stage.Server.DeleteAsync(before.Key, t));
        _rig.Stage.Advance(5);

        Assert.Contains("leadership lost; campaigning again", _rig.Stage.Log.Messages);
        Assert.NotEqual(before, _rig.Seat.Current?.Fence);
        Assert.NotNull(_rig.Seat.Current);
    }

    [Fact]
    public void After_a_freeze_longer_than_the_lease_it_does_not_count_as_leader()
    {
        _rig.StandForElection();
        var leadership = _rig.Seat.Current;

        _rig.Stage.Freeze(30);

        Assert.NotNull(leadership);
        Assert.Null(_rig.Seat.Current);
    }

    [Fact]
    public void Told_to_stop_it_resigns_at_once()
    {
        _rig.StandForElection();

        _rig.Stage.Stop();
        _rig.Stage.Advance(0.1);

        Assert.Null(_rig.Leader);
        Assert.Null(_rig.Seat.Current);
    }
}
