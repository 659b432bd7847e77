using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class TimelineTests
{
    [Fact]
    public void Timelines_are_ordered_by_number()
    {
        var (two, ten) = (new Timeline(2), new Timeline(10));

        Assert.True(two < ten && ten > two && two <= ten && ten >= two);
        Assert.True(Timeline.Unknown < new Timeline(1));
        Assert.Equal("10", ten.ToString());
    }
}
