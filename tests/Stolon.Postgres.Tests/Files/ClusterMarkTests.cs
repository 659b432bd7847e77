using Stolon.Agents.Ports.Keeper;
using Stolon.Postgres.Files;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Files;

public sealed class ClusterMarkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("mark");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_data_directory_of_another_cluster_is_refused_and_stays_that_clusters()
    {
        ClusterMark.Check(_directory.Path, "first", joined: true);

        var refused = Assert.Throws<LocalStateException>(
            () => ClusterMark.Check(_directory.Path, "second", joined: true));

        Assert.Contains("belongs to cluster first", refused.Message, StringComparison.Ordinal);
        ClusterMark.Check(_directory.Path, "first", joined: true);
    }

    [Fact]
    public void A_directory_without_a_mark_is_taken() => ClusterMark.Check(_directory.Path, "first", joined: true);

    [Fact]
    public void A_wrong_name_before_joining_a_cluster_can_be_corrected()
    {
        ClusterMark.Check(_directory.Path, "frist", joined: false);
        ClusterMark.Check(_directory.Path, "first", joined: false);

        ClusterMark.Check(_directory.Path, "first", joined: true);
    }
}
