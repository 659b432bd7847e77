using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Ctl.Tests.Commands;

public sealed class InitCommandTests : IDisposable
{
    private const string Overwritten =
        "WARNING: The databases managed by the keepers will be overwritten depending on the provided cluster spec.\n";

    private const string Removed = "WARNING: The current cluster data will be removed\n";

    private const string Question = "Are you sure you want to continue? [yes/no] ";

    private readonly CtlRunner _ctl = new();

    public void Dispose() => _ctl.Dispose();

    [Fact]
    public async Task Without_a_specification_a_new_cluster_is_created()
    {
        Assert.Equal(new CtlResult(0, Overwritten, ""), await _ctl.RunAsync("init", "-y"));
        var data = await _ctl.DataAsync();
        Assert.Equal(new ClusterSpec { InitMode = ClusterInitMode.New }, data.Cluster.Spec);
        Assert.Equal(ClusterPhase.Initializing, data.Cluster.Phase);
        Assert.Matches("^[0-9a-f]{8}$", data.Cluster.Uid.Value);
        Assert.False(data.Cluster.ChangeTime.IsNever);
    }

    [Fact]
    public async Task The_argument_wins_over_the_file()
    {
        await _ctl.RunAsync("init", "-y", "-f", "/does/not/exist", """{"initMode":"new","maxStandbys":5}""");
        Assert.Equal((ushort)5, (await _ctl.DataAsync()).Cluster.Spec.MaxStandbys);
    }

    [Fact]
    public async Task The_specification_may_come_from_standard_input()
    {
        await _ctl.RunAsync("""{"initMode":"new","maxStandbys":6}""", ["init", "-yf", "-"]);
        Assert.Equal((ushort)6, (await _ctl.DataAsync()).Cluster.Spec.MaxStandbys);
    }

    [Fact]
    public async Task A_cluster_that_exists_is_removed_after_a_warning()
    {
        await _ctl.RunAsync("init", "-y");
        var before = await _ctl.DataAsync();
        Assert.Equal(
            new CtlResult(0, Removed + Overwritten + Question, ""), await _ctl.RunAsync("yes\n", ["init"]));
        Assert.NotEqual(before.Cluster.Uid, (await _ctl.DataAsync()).Cluster.Uid);
    }

    [Fact]
    public async Task No_leaves_everything_as_it_is()
    {
        Assert.Equal(
            new CtlResult(0, $"{Overwritten}{Question}Please enter 'yes' or 'no'\n{Question}exiting\n", ""),
            await _ctl.RunAsync("y\nno\n", ["init"]));
        Assert.Null(await _ctl.Keys.GetAsync(CtlRunner.Paths.ClusterData, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task No_answer_is_an_error()
    {
        var result = await _ctl.RunAsync("", ["init"]);
        Assert.Equal(1, result.Code);
        Assert.StartsWith("no answer", result.Error, StringComparison.Ordinal);
    }

    /// <summary>An empty store does not mean that there is nothing to lose.</summary>
    [Fact]
    public async Task Before_the_question_it_prints_what_keepers_hold()
    {
        await HoldAsync();
        var result = await _ctl.RunAsync("no\n", ["init"]);
        Assert.Equal(
            "WARNING: keeper k1 holds a whole instance of cluster earlier (system identifier 71, timeline 2, "
            + $"position 0/3000060)\n{Overwritten}{Question}exiting\n",
            result.Output);
    }

    [Fact]
    public async Task A_yes_is_noted_for_what_was_shown()
    {
        await HoldAsync();
        await _ctl.RunAsync("yes\n", ["init"]);
        var consent = Assert.IsType<OverwriteConsent>((await _ctl.DataAsync()).Cluster.Consent);
        Assert.Equal((false, [new ClusterUid("earlier")]), (consent.Any, consent.Clusters));
        Assert.False(consent.Given.IsNever);
    }

    [Fact]
    public async Task What_replaces_cluster_data_may_replace_that_clusters_data()
    {
        await _ctl.RunAsync("init", "--yes");
        Assert.True((await _ctl.DataAsync()).Cluster.Consent?.Any);
        var before = (await _ctl.DataAsync()).Cluster.Uid;
        await _ctl.RunAsync("init", "--yes");
        var consent = (await _ctl.DataAsync()).Cluster.Consent;
        Assert.Equal((false, [before]), (consent?.Any, consent?.Clusters ?? []));
    }

    [Fact]
    public async Task If_keepers_hold_data_status_of_an_empty_store_prints_what_to_do()
    {
        await HoldAsync();
        var result = await _ctl.RunAsync("status");
        Assert.StartsWith("no cluster data available; keeper k1 holds", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            """stolonctl init '{"initMode":"existing","existingConfig":{"keeperUID":"k1"}}'""",
            result.Error,
            StringComparison.Ordinal);
    }

    private Task HoldAsync() => _ctl.Store.PublishAsync(
        new KeeperReport
        {
            InfoUid = "1",
            Uid = new KeeperUid("k1"),
            Holds = new HeldData
            {
                Cluster = new ClusterUid("earlier"),
                SystemIdentifier = "71",
                Timeline = new Timeline(2),
                Position = new Lsn(0x3000060),
            },
        },
        TimeSpan.FromMinutes(1),
        TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("", "invalid cluster spec: not valid JSON")]
    [InlineData("{}", "invalid cluster spec: initMode undefined\n")]
    [InlineData("""{"initMode":"x"}""", "invalid cluster spec: unknown initMode: \"x\"\n")]
    [InlineData("""{"initMode":"new","sleepInterval":"x"}""", "invalid cluster spec: sleepInterval: time: invalid")]
    [InlineData(
        """{"initMode":"new","maxStandbys":0,"additionalMasterReplicationSlots":["stolon_a"]}""",
        "invalid cluster spec: maxStandbys must be at least 1; replication slot name is reserved: \"stolon_a\"\n")]
    public async Task A_wrong_specification_is_refused(string spec, string error)
    {
        var result = await _ctl.RunAsync("init", "-y", spec);
        Assert.Equal((1, Overwritten), (result.Code, result.Output));
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
        Assert.Null(await _ctl.Keys.GetAsync(CtlRunner.Paths.ClusterData, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_arguments_are_too_many() =>
        Assert.Equal(CtlResult.Refused("too many arguments"), await _ctl.RunAsync("init", "-y", "{}", "{}"));

    [Fact]
    public async Task A_file_that_cannot_be_read_is_an_error()
    {
        var result = await _ctl.RunAsync("init", "-y", "-f", "/does/not/exist");
        Assert.Equal(1, result.Code);
        Assert.StartsWith("cannot read file: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unusable_data_may_be_replaced()
    {
        await _ctl.WriteAsync(CtlRunner.Paths.ClusterData, "garbage");
        Assert.Equal(new CtlResult(0, Removed + Overwritten, ""), await _ctl.RunAsync("init", "-y"));
        await _ctl.DataAsync();
    }

    [Fact]
    public async Task A_null_document_is_no_cluster()
    {
        await _ctl.WriteAsync(CtlRunner.Paths.ClusterData, "null");
        Assert.Equal(new CtlResult(0, Overwritten, ""), await _ctl.RunAsync("init", "-y"));
    }
}
