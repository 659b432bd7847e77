using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Contract;

/// <summary>One program's access to a cluster's documents and its election.</summary>
/// <param name="Owner">Disposed together with it; null = nothing.</param>
public sealed record StoreClient(IClusterStore Store, IElection Election, IDisposable? Owner = null) : IDisposable
{
    public void Dispose() => Owner?.Dispose();
}
