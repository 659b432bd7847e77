using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;
using Stolon.Store;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;
using Stolon.Store.Sqlite;

namespace Stolon.Hosting.Stores;

/// <summary>A file, for a cluster on one machine (docs/reference/sqlite.md).</summary>
internal static class SqliteBackend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        if (options.User is not null)
        {
            throw new StoreOptionsException(
                "store backend \"sqlite\" has no users, so there is no --store-user: the file's permissions decide");
        }

        var store = new SqliteKeyValueStore(
            new SqliteOptions
            {
                File = SqliteOptions.ParseFile(options.Endpoints),
                RequestTimeout = options.Timeout,
            },
            time);
        var paths = new StorePaths(options.Prefix, options.ClusterName);
        return new StoreConnection(
            new KeyValueClusterStore(store, paths, logger),
            new LeaseElection(store, paths.SentinelLeader, LeaseElection.DefaultTimeToLive, time, logger),
            store);
    }
}
