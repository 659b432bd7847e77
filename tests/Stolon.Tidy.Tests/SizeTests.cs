namespace Stolon.Tidy.Tests;

public sealed class SizeTests
{
    [Fact]
    public void Files_members_and_lines_are_short() =>
        Repository.HasNo(Repository.Code.Concat(Repository.Scripts).SelectMany(Sizes.Problems));

    [Fact]
    public void A_line_of_121_columns_is_found() => Assert.Single(Sizes.Problems(new("build", new string('ä', 121))));

    [Fact]
    public void A_line_of_120_columns_is_fine() =>
        Assert.Empty(Sizes.Problems(new("build", new string('ä', 120) + "\n")));

    [Fact]
    public void A_file_of_301_lines_is_found()
    {
        Assert.Single(Sizes.Problems(new("build", string.Concat(Enumerable.Repeat("\n", 301)))));
        Assert.Empty(Sizes.Problems(new("build", string.Concat(Enumerable.Repeat("\n", 300)))));
    }

    [Theory]
    [InlineData("class A { void B() {", "} }")]
    [InlineData("class A { A() {", "} }")]
    [InlineData("class A { int B { get {", "return 1; } } }")]
    public void A_member_of_61_lines_is_found(string begin, string end)
    {
        Assert.Single(Sizes.Problems(new("A.cs", begin + string.Concat(Enumerable.Repeat("\n", 60)) + end)));
        Assert.Empty(Sizes.Problems(new("A.cs", begin + string.Concat(Enumerable.Repeat("\n", 59)) + end)));
    }
}
