using Stolon.Agents.Ports.Store;

namespace Stolon.Store.KeyValue;

/// <summary>One stored value.</summary>
/// <param name="Revision">What <see cref="IKeyValueStore.SwapAsync"/> compares.</param>
public sealed record KeyValueEntry(string Key, ReadOnlyMemory<byte> Value, Revision Revision);
