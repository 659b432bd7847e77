using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>The store has lost everything, and a sentinel has a specification for a new cluster.</summary>
public sealed class StoreLossTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() =>
        _cluster = await TestCluster.StartAsync(ClusterShape.Asynchronous with { Keepers = 2, Sentinels = 1 });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task No_copy_is_lost_and_the_rows_are_back_once_the_keeper_is_named()
    {
        await _cluster.Proxy.AskAsync("insert into rows select generate_series(1, 1014)");
        var primary = await _cluster.PrimaryAsync();
        var standby = _cluster.Others(primary).Single();
        var births = _cluster.Keepers.Select(k => k.BirthOfData()).ToList();
        await StopAllAsync();
        await _cluster.LoseStoreAsync();
        var file = _cluster.Directory.Secret(
            "spec.json", $$"""{ {{ClusterShape.SmallServers}}, {{ClusterShape.ShortTimes}} }""");
        _cluster.Sentinels[0].Add("--initial-cluster-spec", file);

        _cluster.StartAll();

        var said = await Eventually.SeeAsync(
            async () => (await _cluster.Ctl.TryAsync("status")).Errors,
            errors => _cluster.Keepers.All(k => errors.Contains($"keeper {k.Uid} holds a whole instance")),
            Patience,
            "status says who holds data");
        Assert.Contains("""stolonctl init '{"initMode":"existing","existingConfig":{"keeperUID":""", said);
        await Eventually.BeTrueAsync(
            () => _cluster.Sentinels[0].Log.Contains("no new cluster is created"), Patience, "the sentinel says why");
        Assert.Equal(births, _cluster.Keepers.Select(k => k.BirthOfData()));

        await _cluster.InitAsync(
            $$"""
            { "initMode":"existing", "existingConfig":{"keeperUID":"{{primary.Uid}}"}, {{ClusterShape.ShortTimes}} }
            """);
        await _cluster.SettleAsync(2);

        Assert.Equal("1014", await _cluster.Proxy.AskAsync("select count(*) from rows"));
        Assert.Equal("1014", await standby.AskAsync("select count(*) from rows"));
        Assert.Equal(births[_cluster.Keepers.ToList().IndexOf(primary)], primary.BirthOfData());
        // Its old copy was not deleted for the new one.
        Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(standby.PostgresDirectory)!, "postgres.aside-*"));
    }

    private async Task StopAllAsync()
    {
        foreach (var process in _cluster.Sentinels.Concat(_cluster.Proxies.Select(p => p.Process)))
        {
            process.Kill();
        }

        foreach (var keeper in _cluster.Keepers)
        {
            await keeper.KillWithPostgresAsync();
        }
    }
}
