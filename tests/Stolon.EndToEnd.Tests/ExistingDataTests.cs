using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Data that was made without us becomes a cluster's (docs/spec/keeper.md 4.1, existing).</summary>
public sealed class ExistingDataTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TestCluster _cluster = null!;

    private Keeper Named => _cluster.Keepers[0];

    private Keeper Other => _cluster.Keepers[1];

    public async ValueTask InitializeAsync() =>
        _cluster = await TestCluster.PrepareAsync(ClusterShape.Asynchronous with { Keepers = 2, Sentinels = 1 });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_plain_postgres_is_adopted_with_its_rows_and_its_parameters_once_its_keeper_is_there()
    {
        await MakeDataAsync();
        var configuration = await File.ReadAllTextAsync(Path.Combine(Named.PostgresDirectory, "postgresql.conf"));
        await InitAsync("""{"shared_preload_libraries":"of_nowhere"}""");

        // A keeper that is not named waits, and nobody is chosen in place of the named one.
        _cluster.StartAll(except: Named);
        var sentinel = _cluster.Sentinels[0];
        await Eventually.BeTrueAsync(
            () => sentinel.Log.Contains($"keeper {Named.Uid}", StringComparison.Ordinal),
            Patience,
            $"the sentinel says whom it waits for; see {_cluster.Directory.Logs}");
        var stored = await _cluster.StoredAsync(_ => true, Patience, "");
        Assert.Equal("initializing", stored.Phase);
        Assert.Empty(stored.Instances);

        // Data that are not whole are not adopted, and not touched.
        var control = Path.Combine(Named.PostgresDirectory, "global", "pg_control");
        var hidden = control + ".hidden";
        File.Move(control, hidden);
        Named.Process.Start();
        await Eventually.BeTrueAsync(
            () => Named.Process.Log.Contains("holds no complete PostgreSQL data", StringComparison.Ordinal),
            Patience,
            $"the keeper says why it adopts nothing; see {_cluster.Directory.Logs}");
        Assert.True(File.Exists(hidden));

        // Data that PostgreSQL cannot be started on as the specification wants it wait for another specification.
        File.Move(hidden, control);
        await Eventually.BeTrueAsync(
            () => Named.Process.Log.Contains("could not access file \"of_nowhere\"", StringComparison.Ordinal),
            Patience,
            $"PostgreSQL's own words are in the keeper's log; see {_cluster.Directory.Logs}");
        Assert.Equal(
            configuration, await File.ReadAllTextAsync(Path.Combine(Named.PostgresDirectory, "postgresql.conf")));
        Assert.Equal("initializing", (await _cluster.StoredAsync(_ => true, Patience, "")).Phase);
        await InitAsync("""{"maintenance_work_mem":"17MB"}""");
        await _cluster.SettleAsync(2);
        stored = await _cluster.StoredAsync(s => s.Phase == "normal", Patience, "the cluster is initialised");
        Assert.Equal(Named, await _cluster.PrimaryAsync());
        Assert.Equal("11MB", stored.Parameters["work_mem"]);
        Assert.Equal("17MB", stored.Parameters["maintenance_work_mem"]);
        Assert.DoesNotContain("port", stored.Parameters.Keys);
        foreach (var keeper in _cluster.Keepers)
        {
            Assert.Equal("1", await keeper.AskAsync("select count(*) from kept"));
            Assert.Equal("11MB", await keeper.AskAsync("show work_mem"));
            Assert.Equal("17MB", await keeper.AskAsync("show maintenance_work_mem"));
        }

        Assert.True(await Other.IsStandbyAsync());
        Assert.Equal("1", await _cluster.Proxy.AskAsync("select count(*) from kept"));
    }

    private Task InitAsync(string parameters) => _cluster.InitAsync(
        $$"""
        { "initMode":"existing", "existingConfig":{"keeperUID":"{{Named.Uid}}"}, {{ClusterShape.ShortTimes}},
          "pgParameters":{{parameters}} }
        """);

    private async Task MakeDataAsync()
    {
        var data = Path.GetDirectoryName(Named.PostgresDirectory)!;
        using var server = await new PlainPostgres(_cluster.Directory).MakeAsync(data, FreePort.Next(), "fsync=off");
        await server.AskAsync("create table kept as select 1 as row");
        await File.AppendAllTextAsync(
            Path.Combine(Named.PostgresDirectory, "postgresql.conf"), "work_mem = 11MB\nport = 1\n");
        Assert.Equal(0, await server.Process.StopAsync(Patience));
    }
}
