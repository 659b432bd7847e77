namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Three keepers, one of them the synchronous standby.</summary>
[CollectionDefinition(Name)]
public sealed class SynchronousCluster() : ClusterFixture(ClusterShape.Synchronous),
    ICollectionFixture<SynchronousCluster>
{
    public const string Name = "synchronous cluster";
}
