using Stolon.Store.Contract;
using Stolon.Store.KeyValue;
using Stolon.Store.Sqlite;

namespace Stolon.Store.Tests.Sqlite;

public sealed class SqliteKeyValueTests(SharedSqlite sqlite) : KeyValueContract, IDisposable
{
    private readonly SqliteKeyValueStore _store = SharedSqlite.Store(sqlite.File);

    protected override IKeyValueStore Store => _store;

    protected override TimeSpan ShortestTimeToLive => TimeSpan.FromMilliseconds(400);

    public void Dispose() => _store.Dispose();
}

public sealed class SqliteWatchTests(SharedSqlite sqlite) : WatchContract, IDisposable
{
    private readonly SqliteKeyValueStore _store = SharedSqlite.Store(sqlite.File);

    protected override IKeyValueStore Store => _store;

    protected override TimeSpan ShortestTimeToLive => TimeSpan.FromMilliseconds(400);

    public void Dispose() => _store.Dispose();
}

public sealed class SqliteClusterStoreTests(SharedSqlite sqlite) : ClusterStoreContract
{
    protected override StoreClient Open(string cluster, Member member) => SharedSqlite.Client(sqlite.File, cluster);
}

public sealed class SqliteElectionTests(SharedSqlite sqlite) : QueueElectionContract
{
    protected override StoreClient Open(string cluster, Member member) => SharedSqlite.Client(sqlite.File, cluster);

    protected override async Task<int> CandidaciesAsync(string cluster)
    {
        using var store = SharedSqlite.Store(sqlite.File);
        return (await store.ListAsync(SharedSqlite.Paths(cluster).SentinelLeader, Token)).Count;
    }

    protected override async Task DeleteCandidaciesAsync(string cluster)
    {
        using var store = SharedSqlite.Store(sqlite.File);
        foreach (var entry in await store.ListAsync(SharedSqlite.Paths(cluster).SentinelLeader, Token))
        {
            await store.DeleteAsync(entry.Key, Token);
        }
    }
}
