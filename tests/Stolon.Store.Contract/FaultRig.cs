using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>Clients of a server under faults, some of them over a faulty connection, and their operations.</summary>
public abstract class FaultRig : IAsyncLifetime
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    protected static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly List<StoreClient> _clients = [];
    private readonly List<FaultyLine> _lines = [];

    /// <summary>The server that these tests break, one after the other.</summary>
    protected abstract IStoreServer Server { get; }

    /// <summary>How long the store keeps a leader that does not renew, at most.</summary>
    protected abstract TimeSpan LongestLeadership { get; }

    /// <summary>A word of the error message for a document of more than 1 MiB; null = it is stored.</summary>
    protected abstract string? RefusalOfLarge { get; }

    /// <summary>True if a conditional write begins with a read.</summary>
    protected virtual bool ReadsBeforeItWrites => false;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Cluster { get; } = $"f{Guid.NewGuid():N}";

    protected abstract StoreClient Open(FaultyClient client);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Server.Thaw();
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        foreach (var line in _lines)
        {
            await line.DisposeAsync();
        }
    }

    /// <summary>The campaign's result, or that of a new one: a campaign may fail with the store.</summary>
    protected static async Task<ILeadership> ElectedAsync(StoreClient client, Task<ILeadership> campaign)
    {
        try
        {
            await Eventually.CompleteAsync(campaign, Soon * 2, "somebody is elected");
            return await campaign;
        }
        catch (StoreUnavailableException)
        {
            var again = client.Election.CampaignAsync("two", Token);
            await Eventually.CompleteAsync(again, Soon * 2, "somebody is elected");
            return await again;
        }
    }

    protected static async Task<bool> ReadsAsync(StoreClient client)
    {
        try
        {
            await client.Store.ReadAsync(Token);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    protected static async Task<bool> StoresAsync(StoreClient client, ClusterData data, Revision expected)
    {
        try
        {
            return await client.Store.CompareAndSwapAsync(data, expected, null, Token) is SwapResult.Stored;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    protected static async Task<ClusterDataRead.Found> FoundAsync(StoreClient client) =>
        Assert.IsType<ClusterDataRead.Found>(await client.Store.ReadAsync(Token));

    protected static Task<RunningWatch> WatchAsync(StoreClient client) => RunningWatch.StartAsync(
        (changed, stop) => client.Store.WatchAsync(StoreTopic.ClusterData, changed, stop));

    protected StoreClient Client(int number, FaultyLine? line = null, TimeProvider? time = null) =>
        Client(new Member(Component.Sentinel, number), line, time);

    protected StoreClient Client(Member member, FaultyLine? line = null, TimeProvider? time = null)
    {
        var client = Open(new FaultyClient(
            Cluster, member, line?.Port ?? Server.Port, Timeout, time ?? TimeProvider.System));
        _clients.Add(client);
        return client;
    }

    protected FaultyLine Line()
    {
        var line = FaultyLine.To(Server.Port);
        _lines.Add(line);
        return line;
    }
}
