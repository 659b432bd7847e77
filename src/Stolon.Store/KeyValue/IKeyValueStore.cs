using Stolon.Agents.Ports.Store;

namespace Stolon.Store.KeyValue;

/// <summary>What the cluster store needs of a key-value server. Keys are paths without a trailing slash (store.md
/// 3).</summary>
/// <remarks>Every call has the store's own request timeout. All throw <see cref="StoreUnavailableException"/> when the
/// server does not answer as asked; a write's outcome is then unknown.</remarks>
public interface IKeyValueStore
{
    /// <summary>The entry under this key, read with the server's strongest consistency; null when absent.</summary>
    Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>All entries whose key begins with this text, sorted by key.</summary>
    Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Writes unconditionally. The entry disappears after <paramref name="timeToLive"/> without another write;
    /// null = stays.</summary>
    Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken);

    /// <summary>Writes only if the entry still has this revision (null: does not exist) and, where a fence is given,
    /// only if that leadership still stands. Both are checked by the server in the same step as the write.</summary>
    Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken);

    /// <summary>Deletes the entry; nothing happens when it does not exist.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> once when the watch stands, and after every change (several may be
    /// told as one) below the prefix, expiry included. A hint only: callers read again. Ends only by
    /// exception.</summary>
    /// <exception cref="StoreUnavailableException">The watch broke; the caller starts another.</exception>
    Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken);
}
