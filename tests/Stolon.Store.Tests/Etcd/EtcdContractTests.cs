using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Tests.Etcd;

public sealed class EtcdKeyValueTests(SharedEtcd etcd) : KeyValueContract, IDisposable
{
    private readonly EtcdKeyValueStore _store = etcd.Store();

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();
}

public sealed class EtcdWatchTests(SharedEtcd etcd) : WatchContract, IDisposable
{
    private readonly EtcdKeyValueStore _store = etcd.Store();

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();
}

public sealed class EtcdElectionTests(SharedEtcd etcd) : ElectionContract, IDisposable
{
    private readonly EtcdKeyValueStore _store = etcd.Store();

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();

    protected override IElection Election(string path) => new LeaseElection(
        _store.LeaseServer, path, LeaseElection.DefaultTimeToLive, TimeProvider.System, NullLogger.Instance);

    protected override async Task DeleteCandidaciesAsync(string path)
    {
        foreach (var (key, _, _) in await etcd.Server.Json.ListAsync(path))
        {
            await etcd.Server.Json.DeleteAsync(key);
        }
    }
}
