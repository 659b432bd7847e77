using Stolon.Testing;

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

    /// <summary>Waits until every other PostgreSQL has the rows of the primary.</summary>
    protected async Task SeeSameRowsAsync()
    {
        const string Digest = "select count(*) || ' rows, sum ' || sum(id) from rows";
        var primary = await Cluster.PrimaryAsync();
        var wanted = await primary.AskAsync(Digest);
        foreach (var standby in Cluster.Others(primary))
        {
            await Eventually.BeAsync(
                wanted, () => standby.AskAsync(Digest), TimeSpan.FromSeconds(10), $"{standby.Uid} has the same rows");
        }
    }

    /// <summary>Every keeper's server answers so.</summary>
    protected async Task SeeEverywhereAsync(string query, string wanted, TimeSpan within)
    {
        foreach (var keeper in Cluster.Keepers)
        {
            await Eventually.BeAsync(
                wanted, () => keeper.AskAsync(query), within, $"{keeper.Uid} answers {query}");
        }
    }

    public async ValueTask InitializeAsync() => await Cluster.HealAsync();

    /// <summary>A primary fails that has written what nobody received, so that it can come back only by rewind or
    /// copy.</summary>
    protected async Task LoseWithRowsOfItsOwnAsync(Keeper former)
    {
        former.FreezeWalSenders();
        var own = await former.AskAsync("insert into rows (id) select -random() * 1e15 returning id");
        Assert.NotNull(own);
        await former.KillWithPostgresAsync();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await using var writer = await Cluster.WriteRowsAsync();
        await writer.ReachesAsync(successor.Port, SwitchTime);
        Assert.Equal("0", await successor.AskAsync($"select count(*) from rows where id = {own}"));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Cluster.KeepLogsOfFailure();
        return ValueTask.CompletedTask;
    }
}
