using System.Diagnostics;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Two clusters with a store each: the second is a standby cluster of the first and reaches it through its
/// proxy, by a slot that every primary there has.</summary>
public sealed class SecondSiteTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Timelines = "select left(pg_walfile_name(pg_current_wal_lsn()), 8)";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TestCluster _first = null!;
    private TestCluster _second = null!;

    public async ValueTask InitializeAsync()
    {
        var small = ClusterShape.Asynchronous with { Keepers = 2, Sentinels = 1 };
        _second = await TestCluster.PrepareAsync(small with { Proxies = 0 });
        _first = await TestCluster.StartAsync(small with
        {
            Specification = $$"""
                { {{ClusterShape.SmallServers}}, {{ClusterShape.ShortTimes}},
                  "additionalMasterReplicationSlots":["second_site"] }
                """,
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _second.DisposeAsync();
        if (_first is not null)
        {
            await _first.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_standby_cluster_follows_another_cluster_through_its_proxy_and_over_its_failover()
    {
        await InitSecondAsync();
        _second.StartAll();
        await _second.SettleAsync(2);
        await SeeRowAsync(1);
        var births = _second.Keepers.Select(k => k.BirthOfData()).ToList();

        var former = await _first.PrimaryAsync();
        await former.KillWithPostgresAsync();
        var successor = await _first.SuccessorAsync(former, Patience);
        var clock = Stopwatch.StartNew();
        await SeeRowAsync(2);
        output.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s from the election to a row on the other site");
        Assert.Equal("00000002", await successor.AskAsync(Timelines));

        // Each has followed onto the new timeline; nothing was copied again.
        var leader = await _second.PrimaryAsync();
        await _second.SettleAsync(2);
        Assert.Equal(births, _second.Keepers.Select(k => k.BirthOfData()));

        await _second.Ctl.RunAsync("promote", "--yes");
        await Eventually.BeAsync("00000003", () => leader.AskAsync(Timelines), Patience, "it takes writes");
        Assert.Equal("3", await WriteAsync(leader, 3));
        Assert.Equal("4", await WriteAsync(successor, 4));
        Assert.Equal("00000002", await successor.AskAsync(Timelines));
    }

    private Task InitSecondAsync()
    {
        var password = PlainPostgres.PasswordFile(_second.Directory);
        var restore = $"PGPASSFILE={password} {Programs.PostgresDirectory}/pg_basebackup -D %d -c fast "
            + $"-h 127.0.0.1 -p {_first.Proxy.Port} -U {Sql.Replication}";
        var source = $"host=127.0.0.1 port={_first.Proxy.Port} user={Sql.Replication} passfile={password}";
        return _second.InitAsync(
            $$"""
            { "initMode":"pitr", "role":"standby", {{ClusterShape.ShortTimes}},
              "pgParameters":{"wal_retrieve_retry_interval":"1s"}, "pitrConfig":{"dataRestoreCommand":"{{restore}}"},
              "standbyConfig":{"standbySettings":{"primaryConninfo":"{{source}}",
              "primarySlotName":"stolon_second_site"} } }
            """);
    }

    private static Task<string?> WriteAsync(Keeper keeper, int row) =>
        keeper.AskAsync($"insert into rows (id) values ({row}) returning id");

    /// <summary>Written at the first site by whoever is primary, seen everywhere at the second.</summary>
    private async Task SeeRowAsync(int row)
    {
        await Eventually.BeAsync(
            row.ToString(),
            () => _first.Proxy.AskAsync(
                $"with w as (insert into rows (id) values ({row}) on conflict do nothing) select {row}"),
            Patience,
            "the first site takes the row");
        foreach (var keeper in _second.Keepers)
        {
            await Eventually.BeAsync(
                "1",
                () => keeper.AskAsync($"select count(*) from rows where id = {row}"),
                Patience,
                $"{keeper.Uid} has row {row} (logs: {_second.Directory.Logs})");
        }
    }
}
