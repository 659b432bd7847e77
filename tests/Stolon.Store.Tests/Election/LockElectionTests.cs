using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Testing;

namespace Stolon.Store.Tests.Election;

/// <summary>Elections when a backend throws an unexpected exception.</summary>
public sealed class LockElectionTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unexpected_exception_while_inspecting_ends_the_campaign_and_releases_the_lock()
    {
        var server = new Lock { Looking = () => throw new InvalidDataException("unforeseen") };
        var election = new LockElection(server, "office", TimeProvider.System, NullLogger.Instance);

        var campaign = election.CampaignAsync("ours", Token);

        await Assert.ThrowsAsync<InvalidDataException>(() => campaign.WaitAsync(Soon, Token));
        Assert.True(server.Released);
    }

    [Fact]
    public async Task An_unexpected_exception_while_renewing_ends_the_leadership()
    {
        var server = new Lock { Renewing = () => throw new InvalidDataException("unforeseen") };
        var election = new LockElection(server, "office", TimeProvider.System, NullLogger.Instance);
        var leadership = await election.CampaignAsync("ours", Token);

        await Eventually.CompleteAsync(leadership.Lost, Soon, "the leadership is lost");

        Assert.False(leadership.Held);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await leadership.DisposeAsync());
        Assert.True(server.Released);
    }

    /// <summary>A lock that is always free.</summary>
    private sealed class Lock : ILockServer, ILockClaim
    {
        public Func<bool> Looking { get; init; } = () => true;

        public Func<bool> Renewing { get; init; } = () => true;

        public bool Released { get; private set; }

        public string Name => "lock";

        public TimeSpan TimeToLive => TimeSpan.FromSeconds(1.5);

        public LeaderFence Fence => new("lock", "1");

        public Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken) =>
            Task.FromResult<ILockClaim?>(this);

        public Task<string?> HolderAsync(CancellationToken cancellationToken) => Task.FromResult<string?>("ours");

        public Task WatchAsync(Action changed, CancellationToken cancellationToken) =>
            Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);

        public Task<bool> RenewAsync(CancellationToken cancellationToken) => Task.FromResult(Renewing());

        public Task<bool> IsLeaderAsync(CancellationToken cancellationToken) => Task.FromResult(Looking());

        public Task ReleaseAsync(CancellationToken cancellationToken)
        {
            Released = true;
            return Task.CompletedTask;
        }
    }
}
