using Stolon.Ctl.Status;
using Xunit;

namespace Stolon.Ctl.Tests.Status;

public sealed class TabTableTests
{
    [Theory]
    [InlineData("1234567", "a\tx\n1234567\ty\n")]
    [InlineData("12345678", "a\t\tx\n12345678\ty\n")]
    [InlineData("123456789012345", "a\t\tx\n123456789012345\ty\n")]
    [InlineData("1234567890123456", "a\t\t\tx\n1234567890123456\ty\n")]
    [InlineData("", "a\tx\n\ty\n")]
    [InlineData("äöüäöüä", "a\tx\näöüäöüä\ty\n")]
    public void A_column_is_wider_than_its_longest_text(string cell, string expected) =>
        Assert.Equal(expected, TabTable.Render(["a", "x"], [[cell, "y"]]));

    [Fact]
    public void Only_the_first_row_is_aligned_with_the_header() =>
        Assert.Equal(
            "header\t\tx\n12345678\t1\n1\t2\n123456789\t3\n",
            TabTable.Render(["header", "x"], [["12345678", "1"], ["1", "2"], ["123456789", "3"]]));
}
