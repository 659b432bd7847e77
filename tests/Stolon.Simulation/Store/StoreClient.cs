using Stolon.Agents.Ports.Store;
using Stolon.Simulation.World;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Simulation.Store;

/// <summary>One process's access to the store: documents and leases.</summary>
internal sealed class StoreClient(SimulatedWorld world, SimulatedProcess process) : IKeyValueStore, ILeaseServer
{
    private readonly StoreConnection _connection = new(world, process);

    private SimulatedStore Store => world.Store;

    public Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
        _connection.RequestAsync(() => Store.Server.GetAsync(key, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        _connection.RequestAsync(() => Store.Server.ListAsync(prefix, CancellationToken.None), cancellationToken);

    public Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        _connection.RequestAsync(
            () => Done(Store.Server.PutAsync(key, value, timeToLive, CancellationToken.None)), cancellationToken);

    public Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken) => _connection.RequestAsync(
        () =>
        {
            var result = Store.Server.SwapAsync(key, value, expected, fence, CancellationToken.None);
            if (key == Store.Paths.ClusterData && result.GetAwaiter().GetResult() is SwapResult.Stored)
            {
                world.ClusterDataWritten(process.Name);
            }

            return result;
        },
        cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        _connection.RequestAsync(() => Done(Store.Server.DeleteAsync(key, CancellationToken.None)), cancellationToken);

    public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
        _connection.WatchAsync(prefix, changed, cancellationToken);

    public Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken) =>
        _connection.RequestAsync(() => Store.Server.GrantAsync(timeToLive, CancellationToken.None), cancellationToken);

    public Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken) =>
        _connection.RequestAsync(() => Store.Server.RenewAsync(lease, CancellationToken.None), cancellationToken);

    public Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken) =>
        _connection.RequestAsync(
            () => Done(Store.Server.RevokeAsync(lease, CancellationToken.None)), cancellationToken);

    public Task<Candidacy> EnterAsync(
        string key, string value, LeaseId lease, CancellationToken cancellationToken) => _connection.RequestAsync(
        () => Store.Server.EnterAsync(key, value, lease, CancellationToken.None), cancellationToken);

    public Task<IReadOnlyList<Candidacy>> CandidaciesAsync(string prefix, CancellationToken cancellationToken) =>
        _connection.RequestAsync(
            () => Store.Server.CandidaciesAsync(prefix, CancellationToken.None), cancellationToken);

    private static Task<bool> Done(Task task)
    {
        task.GetAwaiter().GetResult();
        return Task.FromResult(true);
    }
}
