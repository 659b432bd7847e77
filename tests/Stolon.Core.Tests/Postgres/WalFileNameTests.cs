using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class WalFileNameTests
{
    private const uint Mebibyte = 1024 * 1024;

    [Fact]
    public void A_name_is_timeline_log_and_segment()
    {
        Assert.True(WalFileName.TryParse("0000000A00000016000000B3", out var name));
        Assert.Equal(new WalFileName(0xA, 0x16, 0xB3), name);
        Assert.Equal("0000000A00000016000000B3", name.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0000000A00000016000000B")]
    [InlineData("0000000A00000016000000B3.partial")]
    [InlineData("0000000a00000016000000b3")]
    [InlineData("00000002.history")]
    [InlineData("0000000A00000016000000G3")]
    public void Other_files_have_no_such_name(string? text) => Assert.False(WalFileName.TryParse(text, out _));

    [Theory]
    [InlineData(16 * Mebibyte, "0000000300000016000000B3")]
    [InlineData(1 * Mebibyte, "000000030000001600000B37")]
    [InlineData(1024 * Mebibyte, "000000030000001600000002")]
    public void The_segment_holding_a_position_depends_on_the_segment_size(uint segmentBytes, string name) =>
        Assert.Equal(
            name, WalFileName.Holding(new Timeline(3), new Lsn(0x16_B374D848), segmentBytes).ToString());

    [Theory]
    [InlineData("000000010000001600000 0B3", true)]
    [InlineData("0000000100000016000000B3", true)]
    [InlineData("0000000100000016000000B2", true)]
    [InlineData("0000000100000016000000B4", false)]
    [InlineData("000000010000001700000000", false)]
    [InlineData("0000000100000015000000FF", true)]
    [InlineData("000000090000001600000001", true)]
    [InlineData("", true)]
    [InlineData(null, true)]
    public void A_standby_can_sync_from_the_segment_of_its_position_on(string? oldest, bool canSync) =>
        Assert.Equal(canSync, WalFileName.CanSync(new Lsn(0x16_B374D848), oldest));

    [Fact]
    public void The_oldest_segment_is_the_first_by_name_and_nothing_else()
    {
        string[] files = ["00000002.history", "archive_status", "000000020000000000000004", "000000010000000000000005"];

        Assert.Equal("000000010000000000000005", WalFileName.Oldest(files));
        Assert.Null(WalFileName.Oldest(files.Take(2)));
    }

    [Fact]
    public void Positions_are_compared_in_segments_of_the_size_given()
    {
        const string Oldest = "000000010000000000000002";

        Assert.False(WalFileName.CanSync(new Lsn(16 * Mebibyte), Oldest));
        Assert.True(WalFileName.CanSync(new Lsn(16 * Mebibyte), Oldest, segmentBytes: Mebibyte));
    }
}
