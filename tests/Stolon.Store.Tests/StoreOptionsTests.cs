namespace Stolon.Store.Tests;

public sealed class StoreOptionsTests
{
    [Theory]
    [InlineData("", "", "", "cluster name required")]
    [InlineData("c", "", "", "store backend type required")]
    [InlineData("c", "kubernetes", "", "unspecified kubernetes resource kind")]
    [InlineData("c", "kubernetes", "secret", "wrong kubernetes resource kind: \"secret\"")]
    [InlineData("c", "zookeeper", "", "Unknown store backend: \"zookeeper\"")]
    [InlineData("c", "kubernetes", "configmap", null)]
    [InlineData("c", "etcd", "", null)]
    [InlineData("c", "etcdv3", "", null)]
    [InlineData("c", "consul", "", null)]
    public void Tell_the_first_problem_in_the_words_of_the_original(
        string cluster, string backend, string kind, string? problem) => Assert.Equal(
        problem,
        new StoreOptions { ClusterName = cluster, Backend = backend, KubeResourceKind = kind }.Problem());

    [Fact]
    public void Take_etcd_for_etcdv2_as_ever() =>
        Assert.Equal("etcdv2", new StoreOptions { ClusterName = "c", Backend = "etcd" }.BackendName);
}
