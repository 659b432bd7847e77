namespace Stolon.Tidy.Tests;

public sealed class LinkTests
{
    [Fact]
    public void Every_link_and_every_file_named_in_a_document_exists()
    {
        var paths = Repository.Files.Select(f => f.Path).ToHashSet();
        Repository.HasNo(Repository.Documents.SelectMany(d => Links.Problems(d, paths)));
    }

    [Theory]
    [InlineData("see [it](b.md)")]
    [InlineData("see [it](../../README.md#start)")]
    [InlineData("see src/Stolon.Core/B.cs")]
    [InlineData("see `Core/B.cs`")]
    [InlineData("see `B.cs`")]
    [InlineData("see tests/Nothing")]
    [InlineData("see `docs/c.md`")]
    public void What_does_not_exist_is_found(string text) =>
        Assert.Single(Links.Problems(new("docs/a.md", text), ["docs/a.md", "src/Stolon.Core/A.cs"]));

    [Theory]
    [InlineData("see [it](a.md#part), [that](../src/Stolon.Core) and [this](https://example.org/x.md)")]
    [InlineData("see `Core/A.cs`, `A.cs`, src/Stolon.Core/A.cs and src/Stolon.Core/.")]
    public void What_exists_is_not(string text) =>
        Assert.Empty(Links.Problems(new("docs/a.md", text), ["docs/a.md", "src/Stolon.Core/A.cs"]));
}
