using System.Text.RegularExpressions;
using Stolon.Core.Postgres;

namespace Stolon.EntryPoints.Tests.Documents;

/// <summary>What the pages for operators say is what the programs take.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_command_in_a_document_is_taken_by_its_program()
    {
        var blocks = Blocks("sh").ToList();
        Assert.NotEmpty(blocks);
        HasNo(blocks.SelectMany(CommandCheck.Problems));
    }

    [Fact]
    public void Every_specification_and_every_patch_in_a_document_is_valid()
    {
        var blocks = Blocks("json").ToList();
        Assert.NotEmpty(blocks);
        HasNo(blocks.SelectMany(SpecCheck.Problems));
    }

    [Fact]
    public void Every_variable_in_a_document_belongs_to_an_option() =>
        HasNo(DocumentFile.All.SelectMany(CommandCheck.UnknownVariables));

    [Fact]
    public void The_page_of_the_specification_has_a_row_for_every_member_and_for_nothing_else()
    {
        var rows = Rows().Select(r => r.Groups["name"].Value).ToList();
        Assert.Equal(SpecCheck.Members.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_of_the_specification_has_the_defaults()
    {
        var told = Rows().Where(r => !r.Groups["name"].Value.Contains('.'))
            .ToDictionary(r => r.Groups["name"].Value, r => r.Groups["default"].Value);
        HasNo(SpecCheck.Defaults
            .Where(d => told[d.Key] != (d.Value is null ? "" : $"`{d.Value}`"))
            .Select(d => $"{d.Key}: the page says {told[d.Key]}, the program {d.Value}"));
    }

    [Fact]
    public void The_page_of_the_parameters_names_every_one_that_we_set()
    {
        var page = DocumentFile.Manual("postgres-parameters.md").Text;
        HasNo(ManagedParameters.Names.Append("wal_level")
            .Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("stolonctl status --format json --cluster-name=a")]
    [InlineData("A=1 sudo -E /usr/local/bin/stolon-keeper --pg-port 5433 >log 2>&1 &")]
    [InlineData("echo \"$(stolonctl status | grep keeper)\" # a comment isn't looked at")]
    [InlineData("stolonctl update --patch \\\n  '{\"sleepInterval\":\"5s\",\n   \"pgHBA\":null}'")]
    [InlineData("systemctl restart stolon-proxy")]
    public void A_good_command_passes(string text) => Assert.Empty(CommandCheck.Problems(Block(text)));

    [Theory]
    [InlineData("stolonctl statu", "unknown command")]
    [InlineData("ls; stolonctl status --colour", "unknown flag")]
    [InlineData("echo \"$(stolonctl spec --all)\"", "unknown flag")]
    [InlineData("stolon-keeper --pg-ports 1", "unknown flag")]
    [InlineData("stolon-proxy 5432", "1 arguments")]
    [InlineData("stolonctl failkeeper", "0 arguments")]
    [InlineData("xargs stolonctl failkeeper", "cannot see")]
    [InlineData("stolonctl init '{}'", "initMode undefined")]
    [InlineData("stolonctl update '{\"sleepInterval\":\"1s\"}'", "initMode undefined")]
    [InlineData("stolonctl update -p '{\"sleepIntervall\":\"1s\"}'", "sleepIntervall")]
    [InlineData("stolonctl update -p '{", "not closed")]
    [InlineData("stolonctl init -f - <<END\n{}\nEND", "here-document")]
    public void A_bad_command_is_found(string text, string problem) =>
        Assert.Contains(problem, Assert.Single(CommandCheck.Problems(Block(text))));

    [Theory]
    [InlineData("{\"initMode\":\"pitr\"}", "pitrConfig undefined")]
    [InlineData("{\"maxStandbys\":0}", "maxStandbys")]
    [InlineData("{\"maxStandbys\":\"many\"}", "maxStandbys")]
    [InlineData("{\"pgParametres\":{}}", "pgParametres")]
    [InlineData("{...}", "invalid")]
    public void A_bad_specification_is_found(string text, string problem) =>
        Assert.Contains(problem, Assert.Single(SpecCheck.Problems(Block(text))));

    [Fact]
    public void A_problem_names_its_line()
    {
        var file = new DocumentFile("a.md", "# A\n\n```sh\nls\nstolonctl nothing\n```\n");
        Assert.StartsWith("a.md:5: ", Assert.Single(file.Blocks().SelectMany(CommandCheck.Problems)));
        Assert.StartsWith(
            "a.md:2: ",
            Assert.Single(CommandCheck.UnknownVariables(new DocumentFile("a.md", "\nSTKEEPER_PORT=1"))));
    }

    private static IEnumerable<DocumentBlock> Blocks(string language) =>
        DocumentFile.All.SelectMany(f => f.Blocks()).Where(b => b.Language == language);

    private static DocumentBlock Block(string text) => new("a.md", 1, "", text);

    private static MatchCollection Rows() =>
        MemberRow().Matches(DocumentFile.Manual("cluster-spec.md").Text);

    private static void HasNo(IEnumerable<string> problems) =>
        Assert.True(!problems.Any(), Environment.NewLine + string.Join(Environment.NewLine, problems));

    [GeneratedRegex(@"^\| `(?<name>[A-Za-z.]+)` \| [^|]* \| (?<default>[^|]*?) ?\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex MemberRow();
}
