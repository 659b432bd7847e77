using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>One cluster's lives: made by initdb, made again by initdb while it runs, adopted after its store was lost,
/// and adopted again from its standby.</summary>
public sealed class ReinitializationTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TestCluster _cluster = null!;

    private Keeper First => _cluster.Keepers[0];

    private Keeper Second => _cluster.Keepers[1];

    public async ValueTask InitializeAsync() =>
        _cluster = await TestCluster.PrepareAsync(ClusterShape.Asynchronous with { Keepers = 2, Sentinels = 1 });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_cluster_is_made_made_again_and_adopted_as_its_specification_says()
    {
        await NotMadeByInitdbThatFailsAsync();
        await MadeByInitdbWithTheParametersGivenAsync();
        await MadeAgainByInitdbWithItsParametersMergedAsync();
        await AdoptedAfterTheStoreWasLostAsync();
        await AdoptedFromItsStandbyWhileItRunsAsync();
    }

    private async Task NotMadeByInitdbThatFailsAsync()
    {
        await _cluster.InitAsync(
            $$"""{ "initMode":"new", "newConfig":{"locale":"of_nowhere"}, {{ClusterShape.ShortTimes}} }""");
        _cluster.StartAll();
        await Eventually.BeTrueAsync(
            () => _cluster.Keepers.Any(k => k.Process.Log.Contains("invalid locale name \\\"of_nowhere\\\"")),
            Patience,
            $"initdb's own words are in a keeper's log: {_cluster.Directory.Logs}");
        Assert.Equal("initializing", (await _cluster.StoredAsync(_ => true, Patience, "")).Phase);
    }

    private async Task MadeByInitdbWithTheParametersGivenAsync()
    {
        await _cluster.InitAsync(
            $$"""
            { "initMode":"new", "newConfig":{"locale":"C","encoding":"LATIN1"}, "mergePgParameters":false,
              {{ClusterShape.ShortTimes}}, "pgParameters":{"fsync":"off","work_mem":"5MB"} }
            """);
        await _cluster.SettleAsync(2);

        var primary = await _cluster.PrimaryAsync();
        Assert.Equal("C", await primary.AskAsync("show lc_collate"));
        Assert.Equal("LATIN1", await primary.AskAsync("show server_encoding"));
        Assert.Equal("off", await primary.AskAsync("show data_checksums"));
        Assert.Equal("5MB", await primary.AskAsync("show work_mem"));
        var stored = await NormalAsync();
        Assert.Equal(
            new Dictionary<string, string> { ["fsync"] = "off", ["work_mem"] = "5MB" }, stored.Parameters);
        // Without a setting in any file it is PostgreSQL's own default, not initdb's "Etc/UTC".
        Assert.Equal("GMT", await primary.AskAsync("show timezone"));
        await primary.AskAsync("create table life (number int)");
    }

    private async Task MadeAgainByInitdbWithItsParametersMergedAsync()
    {
        var before = await NormalAsync();
        var identifiers = await IdentifiersAsync();
        await _cluster.InitAsync(
            $$"""
            { "initMode":"new", "newConfig":{"locale":"C.UTF-8","encoding":"UTF8","dataChecksums":true},
              {{ClusterShape.ShortTimes}}, "pgParameters":{"fsync":"off","work_mem":"6MB","port":"1"} }
            """);
        var stored = await _cluster.StoredAsync(_ => true, Patience, "");
        Assert.Equal("initializing", stored.Phase);
        Assert.NotEqual(before.Uid, stored.Uid);
        stored = await NormalAsync();
        await _cluster.SettleAsync(2);

        var primary = await _cluster.PrimaryAsync();
        Assert.Equal("C.UTF-8", await primary.AskAsync("show lc_collate"));
        Assert.Equal("UTF8", await primary.AskAsync("show server_encoding"));
        Assert.Equal("on", await primary.AskAsync("show data_checksums"));
        Assert.Equal("0", await primary.AskAsync("select count(*) from pg_class where relname = 'life'"));
        Assert.Empty(identifiers.Intersect(await IdentifiersAsync()));

        Assert.Equal("6MB", stored.Parameters["work_mem"]);
        Assert.Equal("C.UTF-8", stored.Parameters["lc_messages"]);
        Assert.Equal("pg_catalog.english", stored.Parameters["default_text_search_config"]);
        Assert.DoesNotContain("port", stored.Parameters.Keys);
        Assert.DoesNotContain("listen_addresses", stored.Parameters.Keys);
        Assert.DoesNotContain("max_wal_senders", stored.Parameters.Keys);
        Assert.Equal(stored.Parameters["timezone"], await primary.AskAsync("show timezone"));
        Assert.Equal(["keeper1", "keeper2"], stored.Keepers);
        await primary.AskAsync("create table life (number int)");
    }

    /// <summary>The way back after the loss of all of etcd's data (docs/spec/known-limits.md 4).</summary>
    private async Task AdoptedAfterTheStoreWasLostAsync()
    {
        var primary = await _cluster.PrimaryAsync();
        var standby = _cluster.Others(primary).Single();
        var identifiers = await IdentifiersAsync();
        var birth = primary.BirthOfData();
        var births = standby.BirthOfData();
        await _cluster.LoseStoreAsync();

        // All run on with what they have until the cluster is made known again.
        Assert.Equal("False", await primary.AskAsync("select pg_is_in_recovery()"));
        await _cluster.InitAsync(
            $$"""
            { "initMode":"existing", "existingConfig":{"keeperUID":"{{primary.Uid}}"}, {{ClusterShape.ShortTimes}},
              "pgParameters":{"log_checkpoints":"off"} }
            """);
        var stored = await NormalAsync();
        await _cluster.SettleAsync(2);

        Assert.Equal(primary, await _cluster.PrimaryAsync());
        Assert.Equal(birth, primary.BirthOfData());
        Assert.NotEqual(births, standby.BirthOfData());
        Assert.Equal(identifiers, await IdentifiersAsync());
        Assert.Equal("1", await standby.AskAsync("select count(*) from pg_class where relname = 'life'"));
        Assert.Equal("off", stored.Parameters["log_checkpoints"]);
        Assert.Equal("6MB", stored.Parameters["work_mem"]);
        Assert.Equal("6MB", await standby.AskAsync("show work_mem"));
    }

    /// <summary>A forced change of the primary (docs/spec/cluster-specification.md 5).</summary>
    private async Task AdoptedFromItsStandbyWhileItRunsAsync()
    {
        var former = await _cluster.PrimaryAsync();
        var standby = _cluster.Others(former).Single();
        var birth = standby.BirthOfData();
        await _cluster.InitAsync(
            $$"""
            { "initMode":"existing", "existingConfig":{"keeperUID":"{{standby.Uid}}"}, {{ClusterShape.ShortTimes}},
              "mergePgParameters":false, "pgParameters":{"fsync":"off"} }
            """);
        var stored = await NormalAsync();
        await _cluster.SettleAsync(2);

        Assert.Equal(standby, await _cluster.PrimaryAsync());
        Assert.Equal(birth, standby.BirthOfData());
        Assert.Equal("00000002", await standby.AskAsync("select left(pg_walfile_name(pg_current_wal_lsn()), 8)"));
        Assert.True(await former.IsStandbyAsync());
        Assert.Equal("1", await _cluster.Proxy.AskAsync("select count(*) from pg_class where relname = 'life'"));
        Assert.Equal(["fsync"], stored.Parameters.Keys);
        Assert.Equal("4MB", await standby.AskAsync("show work_mem"));
    }

    private Task<StoredCluster> NormalAsync() =>
        _cluster.StoredAsync(s => s.Phase == "normal", Patience, "the cluster is initialised");

    /// <summary>The data's identity, sorted: one for each initdb.</summary>
    private async Task<List<string?>> IdentifiersAsync()
    {
        const string Identifier = "select system_identifier from pg_control_system()";
        return [await First.AskAsync(Identifier), await Second.AskAsync(Identifier)];
    }
}
