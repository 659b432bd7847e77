namespace Stolon.Tidy.Tests;

public sealed class SpecificationTests
{
    private static readonly Dictionary<string, IReadOnlySet<string>> Sections = new()
    {
        ["keeper.md"] = new HashSet<string> { "4", "4.1" },
    };

    [Fact]
    public void Every_reference_to_the_specification_names_a_page_and_a_section_that_exist()
    {
        var sections = Specification.Sections(Repository.Documents);
        Assert.Contains("7.2", sections["sentinel.md"]);
        Repository.HasNo(Repository.Code
            .Where(f => !f.IsIn("tests/Stolon.Tidy.Tests"))
            .SelectMany(f => Specification.Problems(f, sections)));
    }

    [Theory]
    [InlineData("/// (docs/spec/keeper.md 4.2)")]
    [InlineData("/// (docs/spec/keeper.md\n    /// 5)")]
    [InlineData("/// (docs/spec/nothing.md 4)")]
    [InlineData("/// (keeper.md 4.1)")]
    public void A_reference_to_nothing_or_without_its_folder_is_found(string text) =>
        Assert.Single(Specification.Problems(new("src/A.cs", text), Sections));

    [Theory]
    [InlineData("/// (docs/spec/keeper.md 4.1)")]
    [InlineData("/// (docs/spec/keeper.md\n    /// 4)")]
    [InlineData("/// (docs/spec/keeper.md, the table)")]
    [InlineData("/// (docs/manual/proxy.md 9)")]
    public void What_exists_is_not(string text) =>
        Assert.Empty(Specification.Problems(new("src/A.cs", text), Sections));
}
