namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>One cluster for several tests.</summary>
public abstract class ClusterFixture(ClusterShape shape) : IAsyncLifetime
{
    public TestCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await TestCluster.StartAsync(shape);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
