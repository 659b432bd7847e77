namespace Stolon.Agents.Ports.Store;

/// <summary>Identifies one leadership. The store checks it at a write, which succeeds only while this leadership
/// lasts.</summary>
/// <param name="Key">The election key the leader owns.</param>
/// <param name="Token">What the store compares: etcd v3: the key's create revision; Consul: the session.</param>
public sealed record LeaderFence(string Key, string Token);
