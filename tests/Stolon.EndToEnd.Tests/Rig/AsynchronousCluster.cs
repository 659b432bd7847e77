namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Three keepers, two sentinels and a proxy with asynchronous replication: most tests share it.</summary>
[CollectionDefinition(Name)]
public sealed class AsynchronousCluster() : ClusterFixture(ClusterShape.Asynchronous),
    ICollectionFixture<AsynchronousCluster>
{
    public const string Name = "asynchronous cluster";
}
