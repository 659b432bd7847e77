using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class TimelineHistoryTests
{
    [Fact]
    public void A_line_is_timeline_position_and_reason()
    {
        const string Text = """
            # a comment
            1	0/5000110	no recovery target specified

            2	16/B374D848	before 2024-01-01 00:00:00+00	or so

            """;

        Assert.Equal(
            [
                new(new Timeline(1), new Lsn(0x5000110), "no recovery target specified"),
                new(new Timeline(2), new Lsn(0x16_B374D848), "before 2024-01-01 00:00:00+00	or so"),
            ],
            TimelineHistory.Parse(Text));
    }

    [Fact]
    public void A_reason_may_be_missing() =>
        Assert.Equal([new(new Timeline(1), new Lsn(1), "")], TimelineHistory.Parse("1\t0/1"));

    [Fact]
    public void An_empty_text_has_no_entries() => Assert.Empty(TimelineHistory.Parse(""));

    [Theory]
    [InlineData("1")]
    [InlineData("x\t0/1\treason")]
    [InlineData("-1\t0/1\treason")]
    [InlineData("1\tx\treason")]
    public void Other_lines_are_refused(string text) =>
        Assert.Throws<FormatException>(() => TimelineHistory.Parse(text));

    [Fact]
    public void The_last_two_are_kept()
    {
        var history = TimelineHistory.Parse("1\t0/1\ta\n2\t0/2\tb\n3\t0/3\tc\n");

        Assert.Equal(["b", "c"], TimelineHistory.LastTwo(history).Select(h => h.Reason));
        Assert.Equal(["a"], TimelineHistory.LastTwo(TimelineHistory.Parse("1\t0/1\ta")).Select(h => h.Reason));
    }
}
