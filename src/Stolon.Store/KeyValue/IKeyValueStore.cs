using Stolon.Agents.Ports.Store;

namespace Stolon.Store.KeyValue;

/// <summary>The operations of a key-value server that the cluster store needs. Keys are paths without a trailing slash
/// (docs/spec/store.md 3).</summary>
/// <remarks>Every call has the store's request timeout, and throws <see cref="StoreUnavailableException"/> if it fails;
/// the outcome of a write is then unknown.</remarks>
public interface IKeyValueStore
{
    /// <summary>The entry with this key, read with the server's strongest consistency; null if absent.</summary>
    Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>All entries whose key has this prefix, sorted by key.</summary>
    Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Writes unconditionally. The entry disappears <paramref name="timeToLive"/> after its last write; null =
    /// it is permanent.</summary>
    Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken);

    /// <summary>Writes only if the entry still has this revision (null: does not exist) and, if a fence is given, only
    /// if that leadership is still valid. The server checks both in the same step as the write.</summary>
    Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken);

    /// <summary>Deletes the entry; does nothing if it does not exist.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> once when the watch has started, and after every change below the
    /// prefix, including expiry; several changes may cause one call. A hint only: the caller reads again. Ends only by
    /// exception.</summary>
    /// <exception cref="StoreUnavailableException">The watch broke; the caller starts another.</exception>
    Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken);
}
