using Stolon.Agents.Ports.Store;

namespace Stolon.Store.KeyValue;

/// <summary>One stored value.</summary>
/// <param name="Revision">Compared by <see cref="IKeyValueStore.SwapAsync"/>.</param>
public sealed record KeyValueEntry(string Key, ReadOnlyMemory<byte> Value, Revision Revision);
