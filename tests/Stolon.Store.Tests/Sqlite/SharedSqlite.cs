using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;
using Stolon.Store.Sqlite;
using Stolon.Store.Tests.Sqlite;
using Stolon.Testing;

[assembly: AssemblyFixture(typeof(SharedSqlite))]

namespace Stolon.Store.Tests.Sqlite;

/// <summary>One file for all tests that do not break it; each has its own keys.</summary>
public sealed class SharedSqlite : IDisposable
{
    private readonly TemporaryDirectory _directory = new("sqlite");

    public string File => _directory.File("store.db");

    public void Dispose() => _directory.Dispose();

    public static StorePaths Paths(string cluster) => new(StorePaths.DefaultPrefix, cluster);

    public static SqliteKeyValueStore Store(
        string file, TimeSpan? timeout = null, TimeProvider? time = null, string? bootId = null) =>
        new(
            new SqliteOptions
            {
                File = file,
                RequestTimeout = timeout ?? TimeSpan.FromSeconds(5),
                BootId = bootId,
            },
            time ?? TimeProvider.System);

    /// <summary>A client with its own connections, as in a program.</summary>
    public static StoreClient Client(
        string file, string cluster, TimeSpan? timeout = null, TimeProvider? time = null, TimeSpan? life = null)
    {
        var store = Store(file, timeout, time);
        return new StoreClient(
            new KeyValueClusterStore(store, Paths(cluster)),
            new LeaseElection(
                store,
                Paths(cluster).SentinelLeader,
                life ?? LeaseElection.DefaultTimeToLive,
                time ?? TimeProvider.System,
                NullLogger.Instance),
            store);
    }
}
