using Stolon.Agents.Ports.Keeper;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Postgres.Files;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Files;

public sealed class LocalStateFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("state");
    private readonly LocalStateFiles _files;

    public LocalStateFilesTests() => _files = new LocalStateFiles(_directory.Path);

    [Fact]
    public void A_missing_file_is_an_empty_state()
    {
        Assert.Equal(new KeeperState(null, null), _files.ReadKeeper());
        Assert.Equal(InstanceState.Empty, _files.ReadInstance());
    }

    [Fact]
    public void States_are_written_byte_for_byte_as_the_original_writes_them()
    {
        _files.Write(new KeeperState(new KeeperUid("keeper1"), new ClusterUid("b42b1dab")));
        _files.Write(new InstanceState { Uid = new InstanceUid("0c37a39e"), Generation = new Generation(2) });

        Assert.Equal("""{"UID":"keeper1","ClusterUID":"b42b1dab"}""", File.ReadAllText(_directory.File("keeperstate")));
        Assert.Equal(
            """{"UID":"0c37a39e","Generation":2,"Initializing":false,"InitPGParameters":null}""",
            File.ReadAllText(_directory.File("dbstate")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.File("dbstate")));
        Assert.Equal(["dbstate", "keeperstate"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var keeper = new KeeperState(new KeeperUid("k"), null);
        var instance = new InstanceState
        {
            Uid = new InstanceUid("i"),
            Generation = new Generation(7),
            Initializing = true,
            InitParameters = ValueMap<string, string>.Empty.With("search_path", "\"$user\", 'ü' <&>"),
        };

        _files.Write(keeper);
        _files.Write(instance);

        Assert.Equal(keeper, _files.ReadKeeper());
        Assert.Equal(instance, _files.ReadInstance());
        _files.Write(InstanceState.Empty);
        Assert.Equal(InstanceState.Empty, _files.ReadInstance());
    }

    [Fact]
    public void Whose_the_data_are_and_what_has_been_seen_is_read_back()
    {
        var seen = new SeenClusterData(
            new ClusterUid("c"),
            new Generation(7),
            new WallTime(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), 42))
        {
            WentBack = true,
            Primary = new InstanceUid("i7"),
        };
        var keeper = new KeeperState(new KeeperUid("k"), new ClusterUid("c"))
        {
            Seen = seen,
            SeenBefore = [seen with { Cluster = new ClusterUid("b"), WentBack = false, Primary = null }],
        };
        var instance = new InstanceState { Uid = new InstanceUid("i"), Cluster = new ClusterUid("earlier") };

        _files.Write(keeper);
        _files.Write(instance);

        Assert.Equal(keeper, _files.ReadKeeper());
        Assert.Equal(instance, _files.ReadInstance());
    }

    [Fact]
    public void Members_of_another_version_are_kept_as_long_as_the_data_is_the_same_instances()
    {
        File.WriteAllText(_directory.File("keeperstate"), """{"uid":"k","Zone":"eu","ClusterUID":""}""");
        File.WriteAllText(
            _directory.File("dbstate"), """{"UID":"i","Later":{"b":[1.50,null],"a":"\u003c"},"GENERATION":1}""");

        _files.Write(_files.ReadKeeper() with { Cluster = new ClusterUid("c") });
        _files.Write(_files.ReadInstance() with { Generation = new Generation(2) });

        Assert.Equal(
            """{"UID":"k","ClusterUID":"c","Zone":"eu"}""", File.ReadAllText(_directory.File("keeperstate")));
        Assert.Equal(
            """
            {"UID":"i","Generation":2,"Initializing":false,"InitPGParameters":null,
            "Later":{"b":[1.50,null],"a":"\u003C"}}
            """.Replace("\n", "", StringComparison.Ordinal),
            File.ReadAllText(_directory.File("dbstate")));

        _files.Write(new InstanceState { Uid = new InstanceUid("another") });
        Assert.DoesNotContain("Later", File.ReadAllText(_directory.File("dbstate")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"UID":3}""")]
    [InlineData("""{"UID":"a","Generation":1""")]
    public void A_file_that_cannot_be_parsed_is_an_error_that_names_it(string text)
    {
        File.WriteAllText(_directory.File("dbstate"), text);

        var failure = Assert.Throws<LocalStateException>(_files.ReadInstance);

        Assert.Contains(_directory.File("dbstate"), failure.Message);
    }

    [Fact]
    public void A_write_that_fails_keeps_the_old_file()
    {
        var disk = Environment.GetEnvironmentVariable(SmallDisk.Variable);
        Assert.SkipUnless(disk is not null, "only root can make a small file system: run the tests as root");
        var directory = Path.Combine(disk, "state");
        Directory.CreateDirectory(directory);
        var files = new LocalStateFiles(directory);
        files.Write(new InstanceState { Uid = new InstanceUid("old") });
        var large = new InstanceState
        {
            InitParameters = ValueMap<string, string>.Empty.With("a", new string('x', 10_000_000)),
        };

        Assert.Throws<LocalStateException>(() => files.Write(large));

        Assert.Equal(new InstanceUid("old"), files.ReadInstance().Uid);
        Assert.Single(Directory.GetFiles(directory));
    }

    public void Dispose() => _directory.Dispose();
}
