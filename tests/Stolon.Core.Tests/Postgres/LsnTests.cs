using CsCheck;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class LsnTests
{
    [Theory]
    [InlineData("0/0", 0UL)]
    [InlineData("0/16B3748", 0x16B3748UL)]
    [InlineData("16/B374D848", 0x16_B374D848UL)]
    [InlineData("ffffffff/FFFFFFFF", ulong.MaxValue)]
    public void Both_halves_are_hexadecimal(string text, ulong value)
    {
        Assert.True(Lsn.TryParse(text, out var lsn));
        Assert.Equal(new Lsn(value), lsn);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("16")]
    [InlineData("/1")]
    [InlineData("1/")]
    [InlineData("1/2/3")]
    [InlineData("100000000/0")]
    [InlineData("0x1/2")]
    [InlineData(" 1/2")]
    [InlineData("-1/2")]
    public void Other_texts_are_refused(string? text) => Assert.False(Lsn.TryParse(text, out _));

    [Fact]
    public void A_formatted_position_can_be_parsed() =>
        Gen.ULong.Check(v =>
            Lsn.TryParse(new Lsn(v).ToString(), out var lsn) && lsn.Value == v);

    [Fact]
    public void The_high_half_decides_first()
    {
        var lower = new Lsn(0x1_FFFFFFFF);
        var higher = new Lsn(0x2_00000000);

        Assert.True(lower < higher && higher > lower && lower <= higher && higher >= lower);
        Assert.Equal("1/FFFFFFFF", lower.ToString());
    }

    [Fact]
    public void Being_ahead_is_a_negative_distance_behind()
    {
        Assert.Equal(40, new Lsn(960).BytesBehind(new Lsn(1000)));
        Assert.Equal(-40, new Lsn(1000).BytesBehind(new Lsn(960)));
    }
}
