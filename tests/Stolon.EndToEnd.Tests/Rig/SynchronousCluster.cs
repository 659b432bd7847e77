namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Three keepers, one of them the synchronous standby.</summary>
public sealed class SynchronousCluster() : ClusterFixture(ClusterShape.Synchronous);
