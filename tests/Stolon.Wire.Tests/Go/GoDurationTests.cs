using Stolon.Wire.Go;
using Xunit;

namespace Stolon.Wire.Tests.Go;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0s", 0)]
    [InlineData("100ns", 1)]
    [InlineData("1us", 10)]
    [InlineData("1\u00b5s", 10)]
    [InlineData("1\u03bcs", 10)]
    [InlineData("100ms", 1_000_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData(".5s", 5_000_000)]
    [InlineData("1.s", 10_000_000)]
    [InlineData("+5s", 50_000_000)]
    [InlineData("-5s", -50_000_000)]
    [InlineData("5m0s", 3_000_000_000)]
    [InlineData("1h2m3.5s", 37_235_000_000)]
    [InlineData("3s1h", 36_030_000_000)]
    [InlineData("48h0m0s", 1_728_000_000_000)]
    [InlineData("0.100000000000000000000000s", 1_000_000)]
    public void What_Go_accepts_is_read(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(text, out var duration, out var error), error);
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("s", "time: invalid duration \"s\"")]
    [InlineData(".s", "time: invalid duration \".s\"")]
    [InlineData("abc", "time: invalid duration \"abc\"")]
    [InlineData(" 5s", "time: invalid duration \" 5s\"")]
    [InlineData("--5s", "time: invalid duration \"--5s\"")]
    [InlineData("10", "time: missing unit in duration \"10\"")]
    [InlineData("1m5", "time: missing unit in duration \"1m5\"")]
    [InlineData("5s ", "time: unknown unit \"s \" in duration \"5s \"")]
    [InlineData("5d", "time: unknown unit \"d\" in duration \"5d\"")]
    [InlineData("5S", "time: unknown unit \"S\" in duration \"5S\"")]
    [InlineData("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\"")]
    [InlineData("99999999999999999999999999h", "time: invalid duration \"99999999999999999999999999h\"")]
    [InlineData("2562048h", "time: invalid duration \"2562048h\"")]
    public void What_Go_rejects_is_rejected_in_Gos_words(string text, string expected)
    {
        Assert.False(GoDuration.TryParse(text, out _, out var error));
        Assert.Equal(expected, error);
        Assert.Equal(expected, Assert.Throws<FormatException>(() => GoDuration.Parse(text)).Message);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "100ns")]
    [InlineData(-1, "-100ns")]
    [InlineData(10, "1\u00b5s")]
    [InlineData(15, "1.5\u00b5s")]
    [InlineData(1_000_000, "100ms")]
    [InlineData(10_010, "1.001ms")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(50_000_000, "5s")]
    [InlineData(600_000_000, "1m0s")]
    [InlineData(3_000_000_000, "5m0s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    [InlineData(37_235_000_001, "1h2m3.5000001s")]
    [InlineData(-1_728_000_000_000, "-48h0m0s")]
    public void The_canonical_form_is_written(long ticks, string expected)
    {
        Assert.Equal(expected, GoDuration.Format(TimeSpan.FromTicks(ticks)));
        Assert.Equal(ticks, GoDuration.Parse(expected).Ticks);
    }

    [Theory]
    [InlineData("49ns", 1)]
    [InlineData("1ns", 1)]
    [InlineData("-1ns", -1)]
    [InlineData("149ns", 1)]
    [InlineData("150ns", 2)]
    [InlineData("-150ns", -2)]
    public void Fractions_of_a_tick_are_rounded_but_never_to_zero(string text, long ticks) =>
        Assert.Equal(ticks, GoDuration.Parse(text).Ticks);

    [Fact]
    public void The_ends_of_both_ranges_survive()
    {
        Assert.Equal(long.MaxValue, GoDuration.ToNanoseconds(TimeSpan.MaxValue));
        Assert.Equal(long.MinValue, GoDuration.ToNanoseconds(TimeSpan.MinValue));
        Assert.Equal("-256204778h48m5.4775808s", GoDuration.Format(TimeSpan.MinValue));
        Assert.Equal(GoDuration.FromNanoseconds(long.MinValue), GoDuration.Parse("-2562047h47m16.854775808s"));
        Assert.Equal(GoDuration.FromNanoseconds(long.MaxValue), GoDuration.Parse("2562047h47m16.854775807s"));
    }

    [Fact]
    public void Nanoseconds_of_a_proxy_timeout_go_both_ways()
    {
        Assert.Equal(TimeSpan.FromSeconds(15), GoDuration.FromNanoseconds(15_000_000_000));
        Assert.Equal(15_000_000_000, GoDuration.ToNanoseconds(TimeSpan.FromSeconds(15)));
    }
}
