using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Consul;
using Stolon.Testing;
using Stolon.Testing.Consul;

namespace Stolon.Store.Tests.Consul;

/// <summary>One server of three, which never has a leader.</summary>
public sealed class ConsulWithoutLeaderTests : IAsyncLifetime
{
    private readonly ConsulServer _server =
        ConsulServer.Prepare(new ConsulServerOptions { Members = FreePort.Several(3) });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server.Launch();
        await Eventually.BeTrueAsync(AnswersAsync, TimeSpan.FromSeconds(20), "the server answers");
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task With_a_long_timeout_Consuls_error_is_reported_and_that_nothing_was_written()
    {
        using var store = SharedConsul.Store(_server.Endpoint, TimeSpan.FromSeconds(15));

        var read = store.GetAsync("key", Token);
        var write = store.SwapAsync("key", Encoding.UTF8.GetBytes("value"), null, null, Token);

        var reading = await Assert.ThrowsAsync<StoreUnavailableException>(() => read);
        Assert.Contains(
            "No cluster leader (Consul has no leader: a majority", reading.Message, StringComparison.Ordinal);
        var writing = await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
        Assert.EndsWith("; nothing was written", writing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_a_short_timeout_the_message_names_the_possible_cause()
    {
        using var store = SharedConsul.Store(_server.Endpoint, TimeSpan.FromSeconds(1));

        var reading = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("key", Token));

        Assert.Contains("no response within 1 s (", reading.Message, StringComparison.Ordinal);
        Assert.Contains("no leader", reading.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_without_a_server_is_reported_as_the_cause()
    {
        await using var agent = ConsulServer.Prepare(new ConsulServerOptions { AgentOnly = true });
        agent.Launch();
        using var store = SharedConsul.Store(agent.Endpoint);
        await Eventually.BeTrueAsync(
            async () => !(await RefusalAsync(store)).Contains("refused", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20),
            "the agent answers");

        Assert.Contains("is not connected to a Consul server", await RefusalAsync(store), StringComparison.Ordinal);
    }

    private static async Task<string> RefusalAsync(ConsulKeyValueStore store) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("key", Token))).Message;

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await _server.Api.LeaderAsync() == "";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
