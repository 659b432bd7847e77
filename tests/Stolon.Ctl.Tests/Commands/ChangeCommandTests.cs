using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Testing;
using Stolon.Wire;
using Xunit;

namespace Stolon.Ctl.Tests.Commands;

/// <summary>Commands that change the cluster data on condition that nobody else has: update, promote, failkeeper,
/// removekeeper.</summary>
public sealed class ChangeCommandTests : IDisposable
{
    private const string Lost =
        "failed to update cluster data after 3 tries: others wrote at the same time";

    private readonly CtlRunner _ctl = new();

    public void Dispose() => _ctl.Dispose();

    [Fact]
    public async Task Update_replaces_the_specification_and_nothing_else()
    {
        var before = await LoadGoldenAsync();
        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("update", """{"initMode":"new","maxStandbys":4}"""));
        var wanted = new ClusterSpec { InitMode = ClusterInitMode.New, MaxStandbys = 4 };
        Assert.Equal(before with { Cluster = before.Cluster with { Spec = wanted } }, await _ctl.DataAsync());
    }

    [Fact]
    public async Task Update_merges_a_patch()
    {
        var before = await LoadGoldenAsync();
        Assert.Equal(
            CtlResult.Silent,
            await _ctl.RunAsync("""{"maxStandbys":4,"pgParameters":{"work_mem":null}}""", ["update", "-p", "-f", "-"]));
        var after = (await _ctl.DataAsync()).Cluster.Spec;
        Assert.Equal(
            before.Cluster.Spec with
            {
                MaxStandbys = 4,
                PgParameters = before.Cluster.Spec.PgParameters.Without("work_mem"),
            },
            after);
    }

    [Theory]
    [InlineData("update", "--patch")]
    [InlineData("update")]
    [InlineData("init", "--yes")]
    public async Task A_misspelt_member_of_a_specification_is_named_and_ignored(params string[] command)
    {
        await LoadGoldenAsync();
        var result = await _ctl.RunAsync([.. command,
            """
            {"INITMODE":"new","maxStandby":4,"pgParameters":{"any.name":"1"},
            "standbyConfig":{"standbySettings":{"primaryConnInfo":"host=a","host":"b"}}}
            """]);

        Assert.Equal(0, result.Code);
        Assert.Equal(
            """
            WARNING: unknown member "maxStandby" in the cluster spec is ignored
            WARNING: unknown member "standbyConfig.standbySettings.host" in the cluster spec is ignored

            """,
            result.Error);
        var spec = (await _ctl.DataAsync()).Cluster.Spec;
        Assert.Null(spec.MaxStandbys);
        Assert.Equal("host=a", spec.StandbyConfig?.Standby?.PrimaryConnInfo);
    }

    [Theory]
    [InlineData("{}", "Cannot update cluster spec: initMode undefined")]
    [InlineData(
        """{"initMode":"pitr","pitrConfig":{"dataRestoreCommand":"cp"}}""",
        "Cannot update cluster spec: cannot change cluster init mode")]
    [InlineData(
        """{"initMode":"pitr","pitrConfig":{"dataRestoreCommand":"cp"},"role":"standby","standbyConfig":{}}""",
        "Cannot update cluster spec: cannot change cluster init mode; "
        + "cannot update a cluster from master role to standby role")]
    [InlineData("""{"initMode":"x"}""", "Cannot update cluster spec: unknown initMode: \"x\"")]
    public async Task Update_refuses_what_the_rules_forbid(string spec, string error)
    {
        await LoadGoldenAsync();
        Assert.Equal(CtlResult.Refused(error), await _ctl.RunAsync("update", spec));
    }

    [Fact]
    public async Task Update_needs_one_source_and_a_cluster()
    {
        Assert.Equal(1, (await _ctl.RunAsync("update")).Code);
        Assert.Equal(1, (await _ctl.RunAsync("update", "-f", "-", "{}")).Code);
        Assert.Equal(CtlResult.Refused("too many arguments"), await _ctl.RunAsync("update", "{}", "{}"));
        Assert.Equal(CtlResult.Refused("no cluster data available"), await _ctl.RunAsync("update", "{}"));
    }

    [Fact]
    public async Task A_race_lost_twice_is_run_again()
    {
        await LoadGoldenAsync();
        _ctl.Store = new RacingStore(_ctl.Store, losses: 2);
        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("update", "-p", """{"maxStandbys":4}"""));
        Assert.Equal((ushort)4, (await _ctl.DataAsync()).Cluster.Spec.MaxStandbys);
    }

    [Theory]
    [InlineData("update", "-p", "{}")]
    [InlineData("failkeeper", "keeper1")]
    [InlineData("removekeeper", "keeper2")]
    public async Task A_race_lost_three_times_is_an_error(params string[] arguments)
    {
        await LoadGoldenAsync();
        _ctl.Store = new RacingStore(_ctl.Store, losses: 3);
        Assert.Equal(CtlResult.Refused(Lost), await _ctl.RunAsync(arguments));
    }

    [Fact]
    public async Task Failkeeper_orders_the_failure_and_survives_a_lost_race()
    {
        await LoadGoldenAsync();
        _ctl.Store = new RacingStore(_ctl.Store, losses: 2);
        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("failkeeper", "keeper1"));
        var keepers = (await _ctl.DataAsync()).Keepers.Values;
        Assert.Equal(["keeper1"], keepers.Where(keeper => keeper.Status.ForceFail).Select(keeper => keeper.Uid.Value));
    }

    [Fact]
    public async Task Removekeeper_removes_a_keeper_and_its_instance()
    {
        var before = await LoadGoldenAsync();
        var instance = before.InstanceOf(new KeeperUid("keeper2"))!.Uid;
        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("removekeeper", "keeper2"));
        Assert.Equal(
            before with
            {
                Keepers = before.Keepers.Without(new KeeperUid("keeper2")),
                Instances = before.Instances.Without(instance),
            },
            await _ctl.DataAsync());
    }

    [Fact]
    public async Task Removekeeper_does_not_touch_the_keeper_of_the_primary()
    {
        var before = await LoadGoldenAsync();
        Assert.Equal(
            CtlResult.Refused("keeper assigned db is the current cluster master db."),
            await _ctl.RunAsync("removekeeper", "keeper3"));
        Assert.Equal(before, await _ctl.DataAsync());
    }

    [Theory]
    [InlineData("failkeeper")]
    [InlineData("removekeeper")]
    public async Task A_keeper_must_be_named_and_exist(string command)
    {
        await LoadGoldenAsync();
        Assert.Equal(CtlResult.Refused("keeper uid required"), await _ctl.RunAsync(command));
        Assert.Equal(CtlResult.Refused("too many arguments"), await _ctl.RunAsync(command, "a", "b"));
        Assert.Equal(CtlResult.Refused("keeper doesn't exist"), await _ctl.RunAsync(command, "keeper9"));
    }

    [Fact]
    public async Task Promote_makes_a_standby_cluster_a_primary_one()
    {
        var before = await LoadGoldenAsync();
        var standby = before with
        {
            Cluster = before.Cluster with
            {
                Spec = before.Cluster.Spec with
                {
                    InitMode = ClusterInitMode.PointInTimeRecovery,
                    PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "cp" },
                    Role = ClusterRole.Standby,
                    StandbyConfig = new StandbyConfig(),
                },
            },
        };
        await _ctl.WriteAsync(CtlRunner.Paths.ClusterData, WireFormat.Write(standby));

        Assert.Equal(
            new CtlResult(0, "Are you sure you want to continue? [yes/no] exiting\n", ""),
            await _ctl.RunAsync("no\n", ["promote"]));
        Assert.Equal(standby, await _ctl.DataAsync());
        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("promote", "-y"));
        Assert.Equal(ClusterRole.Primary, (await _ctl.DataAsync()).Cluster.Spec.Role);
    }

    [Fact]
    public async Task Promote_of_a_primary_cluster_does_nothing()
    {
        var before = await LoadGoldenAsync();
        Assert.Equal(
            new CtlResult(0, "", "cluster spec role already set to master\n"), await _ctl.RunAsync("promote", "-y"));
        Assert.Equal(before, await _ctl.DataAsync());
        Assert.Equal(CtlResult.Refused("too many arguments"), await _ctl.RunAsync("promote", "-y", "x"));
    }

    private async Task<ClusterData> LoadGoldenAsync()
    {
        await _ctl.WriteAsync(CtlRunner.Paths.ClusterData, GoldenDocuments.Bytes("21-rejoined/clusterdata.json"));
        return await _ctl.DataAsync();
    }

    /// <summary>A store on which somebody else writes just before each of the first conditional writes.</summary>
    private sealed class RacingStore(IClusterStore inner, int losses) : IClusterStore
    {
        private int _losses = losses;

        public Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken) =>
            inner.ReadAsync(cancellationToken);

        public async Task<SwapResult> CompareAndSwapAsync(
            ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken)
        {
            if (_losses-- > 0)
            {
                var found = Assert.IsType<ClusterDataRead.Found>(await inner.ReadAsync(cancellationToken));
                await inner.PutAsync(found.Data, cancellationToken);
            }

            return await inner.CompareAndSwapAsync(data, expected, fence, cancellationToken);
        }

        public Task PutAsync(ClusterData data, CancellationToken cancellationToken) =>
            inner.PutAsync(data, cancellationToken);

        public Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken) =>
            inner.ReadKeepersAsync(cancellationToken);

        public Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken) =>
            inner.ReadProxiesAsync(cancellationToken);

        public Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken) =>
            inner.ReadSentinelsAsync(cancellationToken);

        public Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            inner.PublishAsync(report, timeToLive, cancellationToken);

        public Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            inner.PublishAsync(report, timeToLive, cancellationToken);

        public Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            inner.PublishAsync(report, timeToLive, cancellationToken);

        public Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken) =>
            inner.WithdrawAsync(proxy, cancellationToken);

        public Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken) =>
            inner.WithdrawAsync(sentinel, cancellationToken);

        public Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken) =>
            inner.WatchAsync(topic, changed, cancellationToken);
    }
}
