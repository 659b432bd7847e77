using Stolon.Hosting.Options;

namespace Stolon.Hosting;

/// <summary>Chooses the store's client by the options.</summary>
public static class StoreFactory
{
    /// <summary>Opens the store with the function of the backend chosen.</summary>
    /// <param name="etcdV3">Makes the client; it may not talk to the store yet (no program needs a reachable store to
    /// start).</param>
    /// <exception cref="FatalException">The backend is a valid one that is not built yet.</exception>
    public static TStore Open<TStore>(CommonOptions options, Func<CommonOptions, TStore> etcdV3)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(etcdV3);
        return options.Backend is "etcdv3" ? etcdV3(options)
            : throw new FatalException(
                $"store backend \"{options.Backend}\" is not built yet in this version: use etcdv3");
    }
}
