namespace Stolon.Agents.Ports.Store;

/// <summary>The election of the one sentinel that writes cluster data (store.md 7).</summary>
public interface IElection
{
    /// <summary>Stands for election and waits until elected.</summary>
    /// <param name="candidate">Value of the candidacy: the sentinel's uid.</param>
    /// <returns>The leadership won; dispose it to resign, so that another candidate leads at once.</returns>
    /// <exception cref="StoreUnavailableException">The campaign broke; the candidacy is withdrawn or will
    /// expire.</exception>
    Task<ILeadership> CampaignAsync(string candidate, CancellationToken cancellationToken);

    /// <summary>The value of the present leader's candidacy; null when nobody leads.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer.</exception>
    Task<string?> LeaderAsync(CancellationToken cancellationToken);
}

/// <summary>One leadership, from being elected until resigned or lost.</summary>
public interface ILeadership : IAsyncDisposable
{
    /// <summary>To be handed to conditional writes, so that a leader that was frozen cannot write after it was
    /// replaced.</summary>
    LeaderFence Fence { get; }

    /// <summary>True while the last confirmed renewal is younger than the lease, on this host's monotonic
    /// clock.</summary>
    bool Held { get; }

    /// <summary>Completes (never faults) when the leadership is known to be over.</summary>
    Task Lost { get; }
}
