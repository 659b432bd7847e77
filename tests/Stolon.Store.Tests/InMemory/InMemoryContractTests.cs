using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Ports.Store;
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

public sealed class InMemoryElectionTests : ElectionContract, IDisposable
{
    private readonly InMemoryKeyValueStore _store = new(TimeProvider.System);

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();

    protected override IElection Election(string path) => new LeaseElection(
        _store, path, LeaseElection.DefaultTimeToLive, TimeProvider.System, NullLogger.Instance);

    protected override async Task DeleteCandidaciesAsync(string path)
    {
        foreach (var entry in await _store.ListAsync(path, Token))
        {
            await _store.DeleteAsync(entry.Key, Token);
        }
    }
}
