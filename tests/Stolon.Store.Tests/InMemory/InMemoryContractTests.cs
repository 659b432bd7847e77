using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.InMemory;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Tests.InMemory;

public sealed class InMemoryKeyValueTests : KeyValueContract
{
    protected override IKeyValueStore Store { get; } = new InMemoryKeyValueStore(TimeProvider.System);

    protected override TimeSpan ShortestTimeToLive => TimeSpan.FromMilliseconds(200);
}

public sealed class InMemoryWatchTests : WatchContract
{
    protected override IKeyValueStore Store { get; } = new InMemoryKeyValueStore(TimeProvider.System);

    protected override TimeSpan ShortestTimeToLive => TimeSpan.FromMilliseconds(200);
}

public sealed class InMemoryClusterStoreTests : ClusterStoreContract
{
    private readonly InMemoryKeyValueStore _store = new(TimeProvider.System);

    protected override StoreClient Open(string cluster, Member member) =>
        InMemoryElectionTests.Client(_store, cluster);
}

public sealed class InMemoryElectionTests : QueueElectionContract
{
    private readonly InMemoryKeyValueStore _store = new(TimeProvider.System);

    internal static StoreClient Client(InMemoryKeyValueStore store, string cluster) => new(
        new KeyValueClusterStore(store, Paths(cluster)),
        new LeaseElection(
            store,
            Paths(cluster).SentinelLeader,
            LeaseElection.DefaultTimeToLive,
            TimeProvider.System,
            NullLogger.Instance));

    protected override StoreClient Open(string cluster, Member member) => Client(_store, cluster);

    protected override async Task<int> CandidaciesAsync(string cluster) =>
        (await _store.ListAsync(Paths(cluster).SentinelLeader, Token)).Count;

    protected override async Task DeleteCandidaciesAsync(string cluster)
    {
        foreach (var entry in await _store.ListAsync(Paths(cluster).SentinelLeader, Token))
        {
            await _store.DeleteAsync(entry.Key, Token);
        }
    }

    private static StorePaths Paths(string cluster) => new("stolon/cluster", cluster);
}
