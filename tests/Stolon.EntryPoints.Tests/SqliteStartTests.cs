using Stolon.Testing;

namespace Stolon.EntryPoints.Tests;

/// <summary>A file as a store, from the command line.</summary>
public sealed class SqliteStartTests : IDisposable
{
    private static readonly string[] Store = ["--cluster-name=main", "--store-backend=sqlite"];
    private readonly TemporaryDirectory _directory = new("sqlite-start");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_cluster_is_created_in_a_new_file_and_known_to_the_next_program()
    {
        string[] store = [.. Store, $"--store-endpoints={_directory.File("store.db")}"];

        var none = await Ctl(["spec", .. store]);
        var begun = await Ctl(["init", "--yes", .. store]);
        var spec = await Ctl(["spec", .. store]);
        var other = await Ctl(["spec", .. store, "--cluster-name=other"]);

        Assert.Equal((1, 0, 0, 1), (none.Code, begun.Code, spec.Code, other.Code));
        Assert.Contains("initMode", spec.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("store backend \"sqlite\" needs the path of its file")]
    [InlineData("store backend \"sqlite\" needs the path of a file, not", "--store-endpoints=http://127.0.0.1:2379")]
    [InlineData("store backend \"sqlite\" needs an absolute path: \"store.db\"", "--store-endpoints=store.db")]
    [InlineData("store backend \"sqlite\" has no users",
        "--store-endpoints=/x/store.db", "--store-user=u", "--store-password=p")]
    [InlineData("store error: sqlite /missing/store.db: the directory /missing does not exist",
        "--store-endpoints=/missing/store.db")]
    public async Task What_cannot_be_its_file_is_refused(string problem, params string[] options)
    {
        var refused = await Ctl(["status", .. Store, .. options]);

        Assert.Equal(1, refused.Code);
        Assert.StartsWith(problem, refused.Error, StringComparison.Ordinal);
    }

    private static Task<Ending> Ctl(string[] words) =>
        EntryPoint.RunAsync(EntryPoint.Stolonctl, words, new Dictionary<string, string>());
}
