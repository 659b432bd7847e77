namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Two keepers, of which the second may not become primary.</summary>
public sealed class OneEligibleKeeper() : ClusterFixture(ClusterShape.Asynchronous with
{
    Keepers = 2,
    Sentinels = 1,
    KeeperOptions = new Dictionary<int, string[]> { [2] = ["--can-be-master=false"] },
});
