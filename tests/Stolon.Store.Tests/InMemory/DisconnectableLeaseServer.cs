using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;

namespace Stolon.Store.Tests.InMemory;

/// <summary>A connection to the store that can be cut: an example of fault injection by wrapping.</summary>
internal sealed class DisconnectableLeaseServer(ILeaseServer inner) : ILeaseServer
{
    public bool Active { get; set; }

    public Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken) =>
        Through(() => inner.GrantAsync(timeToLive, cancellationToken));

    public Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken) =>
        Through(() => inner.RenewAsync(lease, cancellationToken));

    public Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken) =>
        Active ? Task.FromException(Cut()) : inner.RevokeAsync(lease, cancellationToken);

    public Task<Candidacy> EnterAsync(
        string key, string value, LeaseId lease, CancellationToken cancellationToken) =>
        Through(() => inner.EnterAsync(key, value, lease, cancellationToken));

    public Task<IReadOnlyList<Candidacy>> CandidaciesAsync(string prefix, CancellationToken cancellationToken) =>
        Through(() => inner.CandidaciesAsync(prefix, cancellationToken));

    public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
        inner.WatchAsync(prefix, changed, cancellationToken);

    private Task<T> Through<T>(Func<Task<T>> ask) => Active ? Task.FromException<T>(Cut()) : ask();

    private static StoreUnavailableException Cut() => new("the way to the store is cut");
}
