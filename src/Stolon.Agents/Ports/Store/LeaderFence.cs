namespace Stolon.Agents.Ports.Store;

/// <summary>Proof of one leadership, to be checked by the store itself at a write: the write happens only while this
/// leadership still stands.</summary>
/// <param name="Key">The election key the leader owns.</param>
/// <param name="Token">What the store compares: etcd v3: the key's create revision; Consul: the session.</param>
public sealed record LeaderFence(string Key, string Token);
