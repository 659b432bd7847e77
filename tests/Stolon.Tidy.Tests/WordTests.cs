namespace Stolon.Tidy.Tests;

public sealed class WordTests
{
    [Fact]
    public void The_formats_words_stay_where_the_format_is() => Repository.HasNo(
        Repository.Code.Concat(Repository.Scripts).Concat(Repository.Documents).SelectMany(Words.Problems));

    [Theory]
    [InlineData("// the master")]
    [InlineData("var master = 1;")]
    [InlineData("var canBeMaster = 1;")]
    [InlineData("var MasterUid = 1;")]
    [InlineData("var s = \"MASTER_UID\";")]
    [InlineData("var slaves = 1;")]
    [InlineData("var a = b.XLogPos;")]
    public void A_word_of_the_format_elsewhere_is_found(string text) =>
        Assert.Single(Words.Problems(new("src/Stolon.Core/A.cs", text)));

    [Theory]
    [InlineData("src/Stolon.Core/A.cs", "var postmaster = \"postmaster.pid\";")]
    [InlineData("src/Stolon.Wire/A.cs", "var master = 1;")]
    [InlineData("src/Stolon/Keeper/KeeperFlags.cs", "var CanBePrimary = \"can-be-master\";")]
    [InlineData("tests/A.cs", "var a = \"--can-be-master\";")]
    [InlineData("docs/a.md", "the option `--can-be-master`")]
    public void Names_that_others_gave_may_be_said_where_they_are_needed(string path, string text) =>
        Assert.Empty(Words.Problems(new(path, text)));

    [Theory]
    [InlineData("src/Stolon/Keeper/KeeperFlags.cs", "var master = \"can-be-master\";")]
    [InlineData("tests/A.cs", "var master = \"--can-be-master\";")]
    [InlineData("docs/a.md", "the master, not `master`")]
    public void But_not_beside_them(string path, string text) => Assert.Single(Words.Problems(new(path, text)));
}
