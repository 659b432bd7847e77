namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A test on a cluster that others use before and after it: it finds the cluster whole, whatever they
/// did.</summary>
public abstract class ClusterTest(ClusterFixture fixture) : IAsyncLifetime
{
    /// <summary>From the loss of a primary to the election of another: failInterval and some sentinel rounds.</summary>
    protected static readonly TimeSpan FailoverTime = TimeSpan.FromSeconds(20);

    /// <summary>From an election to rows being written: promotion and the proxy's switch.</summary>
    protected static readonly TimeSpan SwitchTime = TimeSpan.FromSeconds(20);

    protected TestCluster Cluster => fixture.Cluster;

    public async ValueTask InitializeAsync() => await Cluster.HealAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Cluster.KeepLogsOfFailure();
        return ValueTask.CompletedTask;
    }
}
