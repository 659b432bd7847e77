using Stolon.Store.KeyValue;

namespace Stolon.Store.Tests.KeyValue;

public sealed class StorePathsTests
{
    [Fact]
    public void The_keys_are_those_of_the_original()
    {
        var paths = new StorePaths(StorePaths.DefaultPrefix, "golden");
        Assert.Equal("stolon/cluster/golden/clusterdata", paths.ClusterData);
        Assert.Equal("stolon/cluster/golden/sentinel-leader", paths.SentinelLeader);
        Assert.Equal("stolon/cluster/golden/keepers/info", paths.KeeperReports);
        Assert.Equal("stolon/cluster/golden/keepers/info/keeper1", paths.KeeperReport("keeper1"));
        Assert.Equal("stolon/cluster/golden/proxies/info/p", paths.ProxyReport("p"));
        Assert.Equal("stolon/cluster/golden/sentinels/info/s", paths.SentinelReport("s"));
    }

    [Theory]
    [InlineData("/stolon/cluster", "c", "/stolon/cluster/c")]
    [InlineData("stolon//cluster/", "c/", "stolon/cluster/c")]
    [InlineData("./stolon/./cluster", "c", "stolon/cluster/c")]
    [InlineData("stolon/x/../cluster", "c", "stolon/cluster/c")]
    [InlineData("stolon", "../c", "c")]
    [InlineData("../stolon", "c", "../stolon/c")]
    [InlineData("/../stolon", "c", "/stolon/c")]
    [InlineData("", "c", "/c")]
    public void Paths_are_cleaned(string prefix, string name, string expected) =>
        Assert.Equal(expected, new StorePaths(prefix, name).Base);
}
