using Stolon.Core.Common;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class TimelineForkTests
{
    [Fact]
    public void On_timeline_one_no_standby_has_branched() =>
        Assert.False(Fork(At(1, 1000), At(1, 2000)));

    [Fact]
    public void A_standby_on_a_later_timeline_has_branched() =>
        Assert.True(Fork(At(2, 1000, (1, 500)), At(3, 600, (1, 500), (2, 550))));

    [Fact]
    public void One_timeline_begun_at_one_point_is_one_branch() =>
        Assert.False(Fork(At(2, 1000, (1, 500)), At(2, 900, (1, 500))));

    [Fact]
    public void Two_timelines_of_one_number_begun_at_different_points_are_two_branches() =>
        Assert.True(Fork(At(2, 1000, (1, 500)), At(2, 900, (1, 501))));

    [Fact]
    public void Only_the_start_of_the_present_timeline_is_compared() =>
        Assert.False(Fork(At(3, 1000, (1, 400), (2, 500)), At(3, 900, (1, 401), (2, 500))));

    [Fact]
    public void A_missing_entry_proves_nothing()
    {
        Assert.False(Fork(At(3, 1000, (2, 500)), At(3, 900)));
        Assert.False(Fork(At(3, 1000), At(3, 900, (2, 500))));
        Assert.False(Fork(At(5, 1000, (3, 800), (4, 900)), At(2, 9999)));
    }

    [Theory]
    [InlineData(499, false)]
    [InlineData(500, false)]
    [InlineData(501, true)]
    public void A_standby_past_the_point_where_its_timeline_was_left_has_branched(ulong position, bool branched) =>
        Assert.Equal(branched, Fork(At(2, 1000, (1, 500)), At(1, position)));

    [Fact]
    public void The_end_of_the_standbys_own_timeline_counts_not_the_latest() =>
        Assert.True(Fork(At(3, 1000, (1, 500), (2, 800)), At(1, 600)));

    private static bool Fork(TimelinePosition followed, TimelinePosition standby) =>
        TimelineFork.OnDifferentBranch(followed, standby);

    private static TimelinePosition At(
        ulong timeline, ulong position, params (ulong Timeline, ulong End)[] history) =>
        new(new Timeline(timeline), new Lsn(position), history
            .Select(h => new TimelineSwitch(new Timeline(h.Timeline), new Lsn(h.End), "no recovery target specified"))
            .ToValueList());
}
