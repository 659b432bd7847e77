using Stolon.Core.Model;
using Stolon.Wire.Go;
using Xunit;

namespace Stolon.Wire.Tests.Go;

public sealed class GoTimeTests
{
    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("2024-01-01T10:00:00.123456789Z")]
    [InlineData("2026-11-22T04:39:17.22006231Z")]
    [InlineData("2026-11-22T04:39:17.2Z")]
    [InlineData("2026-11-22T04:39:17.000000001Z")]
    [InlineData("2026-11-22T06:39:17.999999999+02:00")]
    [InlineData("2026-11-21T23:09:17-05:30")]
    [InlineData("9999-12-31T23:59:59.999999999Z")]
    public void A_time_comes_back_as_it_was(string text)
    {
        Assert.True(GoTime.TryParse(text, out var time));
        Assert.Equal(text, GoTime.Format(time));
    }

    [Fact]
    public void The_parts_finer_than_a_tick_are_kept_apart()
    {
        Assert.True(GoTime.TryParse("2024-01-01T10:00:00.123456789+01:00", out var time));
        Assert.Equal(89, time.ExtraNanoseconds);
        Assert.Equal(new DateTimeOffset(2024, 1, 1, 10, 0, 0, TimeSpan.FromHours(1)).AddTicks(1234567), time.Value);
    }

    [Fact]
    public void The_zero_time_is_never()
    {
        Assert.True(GoTime.TryParse("0001-01-01T00:00:00Z", out var time));
        Assert.True(time.IsNever);
        Assert.Equal("0001-01-01T00:00:00Z", GoTime.Format(WallTime.Never));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-01-01")]
    [InlineData("2024-01-01T10:00:00")]
    [InlineData("2024-01-01 10:00:00Z")]
    [InlineData("2024-13-01T10:00:00Z")]
    [InlineData("2024-01-01T10:00:00.Z")]
    [InlineData("2024-01-01T10:00:00+0100")]
    [InlineData("2024-01-01T10:00:00+99:00")]
    [InlineData("2024-01-01T10:00:00Zx")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    public void Invalid_times_are_refused(string text) => Assert.False(GoTime.TryParse(text, out _));
}
