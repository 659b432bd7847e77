namespace Stolon.Agents.Ports.Store;

/// <summary>The election of the one sentinel that writes cluster data (docs/spec/store.md 7).</summary>
public interface IElection
{
    /// <summary>Campaigns until elected.</summary>
    /// <param name="candidate">Value of the candidacy: the sentinel's uid.</param>
    /// <returns>The leadership; dispose it to resign, so that another candidate leads at once.</returns>
    /// <exception cref="StoreUnavailableException">The campaign failed; the candidacy is withdrawn or will
    /// expire.</exception>
    Task<ILeadership> CampaignAsync(string candidate, CancellationToken cancellationToken);

    /// <summary>The value of the present leader's candidacy; null: there is no leader.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    Task<string?> LeaderAsync(CancellationToken cancellationToken);
}

/// <summary>One leadership, from the election until it is resigned or lost.</summary>
public interface ILeadership : IAsyncDisposable
{
    /// <summary>For conditional writes: a leader that was frozen cannot write after another one was elected.</summary>
    LeaderFence Fence { get; }

    /// <summary>True while the last confirmed renewal of the lease is younger than its time to live, on this host's
    /// monotonic clock.</summary>
    bool Held { get; }

    /// <summary>Completes when the leadership is known to be over. Never faults.</summary>
    Task Lost { get; }
}
