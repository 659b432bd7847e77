namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>The backends that a cluster can be run on (docs/spec/store.md 1).</summary>
public enum StoreKind
{
    EtcdV3,
    EtcdV2,
    Consul,
    Kubernetes,
    Sqlite,
}
