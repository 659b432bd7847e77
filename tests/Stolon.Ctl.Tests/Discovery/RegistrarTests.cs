using System.Net;
using System.Net.Sockets;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Ctl.Discovery;
using Stolon.Store;
using Stolon.Store.Consul;
using Stolon.Store.InMemory;
using Stolon.Store.KeyValue;
using Stolon.Testing;
using Stolon.Testing.Consul;
using Xunit;
using static Stolon.Ctl.Tests.Discovery.Discovered;

namespace Stolon.Ctl.Tests.Discovery;

/// <summary>Rounds against a real Consul; the cluster's own store is another one, in memory.</summary>
public sealed class RegistrarTests : IClassFixture<RegistryServer>, IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>As docs/reference/consul.md has it.</summary>
    private const string Policy = """
        service "main"    { policy = "write" }
        node_prefix ""    { policy = "read" }
        """;

    private readonly InMemoryKeyValueStore _keys = new(TimeProvider.System);
    private readonly RecordedLog _log = new();
    private readonly KeyValueClusterStore _store;
    private readonly ConsulServer _consul;
    private ConsulRegistry? _registry;

    public RegistrarTests(RegistryServer server)
    {
        _consul = server.Consul;
        _store = new KeyValueClusterStore(_keys, new StorePaths("stolon/cluster", "main"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConsulApi Api => _consul.Api;

    public async ValueTask InitializeAsync() =>
        _registry = Registry(await Api.TokenAsync($"register{Guid.NewGuid():N}", Policy));

    public async ValueTask DisposeAsync()
    {
        _registry!.Dispose();
        _keys.Dispose();
        await Api.PutAsync("/v1/catalog/deregister", """{"Node":"far"}""");
        foreach (var (id, _) in (await Api.GetAsync("/v1/agent/services"))!.AsObject())
        {
            await Api.PutAsync($"/v1/agent/service/deregister/{id}");
        }
    }

    [Fact]
    public async Task Instances_are_services_with_address_port_tags_and_a_check_of_their_port()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var open = ((IPEndPoint)listener.LocalEndpoint).Port;
        var closed = FreePort.Next();

        await RoundAsync(Data("db1", Instance("db1", $"{open}"), Instance("db2", $"{closed}")));

        Assert.Equal($"db1 127.0.0.1:{open} primary,rw; db2 127.0.0.1:{closed} standby", await CatalogAsync());
        await Eventually.BeAsync("passing", () => CheckAsync("db1"), Soon, "the open port passes");
        await Eventually.SeeAsync(
            () => CheckTextAsync("db2"), seen => seen.Contains("refused", StringComparison.Ordinal), Soon,
            "the closed port is seen");
        Assert.Equal("critical", await CheckAsync("db2"));

        // A failover: tags change, and the check that passes goes on passing.
        await RoundAsync(Data("db2", Instance("db1", $"{open}"), Instance("db2", $"{closed}")));
        Assert.Equal($"db1 127.0.0.1:{open} standby; db2 127.0.0.1:{closed} primary,rw", await CatalogAsync());
        Assert.Equal("passing", await CheckAsync("db1"));
    }

    [Fact]
    public async Task Rounds_follow_the_cluster_data_and_touch_no_other_service()
    {
        await Api.PutAsync("/v1/agent/service/register", """{"ID":"web","Name":"web","Port":80}""");
        await RoundAsync(Data("db1", Instance("db1", "1"), Instance("db2", "2")));
        Assert.Equal("db1 127.0.0.1:1 primary,rw; db2 127.0.0.1:2 standby", await CatalogAsync());

        await RoundAsync(Data("db1", Instance("db1", "1"), Instance("db3", "3", address: "10.0.0.3")));
        Assert.Equal("db1 127.0.0.1:1 primary,rw; db3 10.0.0.3:3 standby", await CatalogAsync());

        await RoundAsync(Data("db3", Instance("db1", "1", healthy: false), Instance("db3", "4", address: "::1")));
        Assert.Equal("db3 ::1:4 primary,rw", await CatalogAsync());

        await RoundAsync(Data(null));
        Assert.Equal("", await CatalogAsync());
        Assert.Single((await Api.GetAsync("/v1/catalog/service/web"))!.AsArray());
    }

    [Fact]
    public async Task A_round_that_changes_nothing_writes_nothing()
    {
        var data = Data("db1", Instance("db1", "1"), Instance("db2", "2"));
        await RoundAsync(data);
        var before = await IndexAsync();
        var lines = _log.Lines.Count;

        await RoundAsync(data);

        Assert.Equal(before, await IndexAsync());
        Assert.Equal(lines, _log.Lines.Count);
    }

    [Fact]
    public async Task Without_usable_cluster_data_nothing_changes_and_the_reason_is_logged_once()
    {
        await RoundAsync(Data("db1", Instance("db1", "1")));
        await _keys.DeleteAsync("stolon/cluster/main/clusterdata", Token);
        var registrar = Registrar();

        await registrar.RoundAsync(Token);
        await registrar.RoundAsync(Token);
        await _store.PutAsync(Data("db1", Instance("db1", "none")), Token);
        await registrar.RoundAsync(Token);

        Assert.Equal("db1 127.0.0.1:1 primary,rw", await CatalogAsync());
        Assert.Equal(2, _log.Lines.Count(l => l.StartsWith("nothing is registered", StringComparison.Ordinal)));
        Assert.Contains("no cluster data available", _log.Lines[^2], StringComparison.Ordinal);
        Assert.Contains("\"none\"", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_of_another_agent_is_not_changed_and_logged_once()
    {
        await Api.PutAsync(
            "/v1/catalog/register",
            """
            {"Node":"far","Address":"10.0.0.9","Service":{"ID":"db9","Service":"main","Port":9,"Address":"10.0.0.9"}}
            """);
        await _store.PutAsync(Data("db1", Instance("db1", "1")), Token);
        var registrar = Registrar();

        await registrar.RoundAsync(Token);
        await registrar.RoundAsync(Token);

        Assert.Equal("db1 127.0.0.1:1 primary,rw; db9 10.0.0.9:9 ", await CatalogAsync());
        Assert.Single(_log.Lines, l => l.Contains("agent of far", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_dead_agent_has_is_registered_with_ours()
    {
        await Api.PutAsync(
            "/v1/catalog/register",
            """
            {"Node":"far","Address":"10.0.0.9",
             "Service":{"ID":"db1","Service":"main","Port":1,"Address":"127.0.0.1","Tags":["primary","rw"]},
             "Check":{"Node":"far","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing"} }
            """);
        await RoundAsync(Data("db1", Instance("db1", "1")));
        Assert.Empty((await Api.GetAsync("/v1/agent/services"))!.AsObject());

        await Api.PutAsync(
            "/v1/catalog/register",
            """
            {"Node":"far","Address":"10.0.0.9",
             "Check":{"Node":"far","CheckID":"serfHealth","Name":"Serf Health Status","Status":"critical"} }
            """);
        await RoundAsync(Data("db1", Instance("db1", "1")));

        Assert.Equal("db1 127.0.0.1:1 primary,rw; db1 127.0.0.1:1 primary,rw", await CatalogAsync());
    }

    [Fact]
    public async Task A_refusal_is_logged_for_each_service_and_tried_again()
    {
        using var reader = Registry(
            await Api.TokenAsync(
                "reader", "service_prefix \"\" { policy = \"read\" } node_prefix \"\" { policy = \"read\" }"));
        await _store.PutAsync(Data("db1", Instance("db1", "1"), Instance("db2", "2")), Token);
        var registrar = new Registrar(_store, reader, Options(), TimeProvider.System, _log);

        await registrar.RoundAsync(Token);

        Assert.Equal(["cannot register db2", "cannot register db1"], _log.Lines.Select(l => l.Split(';')[0]));
        Assert.All(_log.Lines, l => Assert.Contains("service write", l, StringComparison.Ordinal));
        await registrar.RoundAsync(Token);
        Assert.Equal(4, _log.Lines.Count);
    }

    [Fact]
    public async Task It_runs_until_stopped_acts_on_changes_at_once_and_leaves_what_is_registered()
    {
        await _store.PutAsync(Data("db1", Instance("db1", "1")), Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var options = Options() with { Interval = TimeSpan.FromHours(1) };
        var running = new Registrar(_store, _registry!, options, TimeProvider.System, _log).RunAsync(stop.Token);
        await Eventually.BeAsync("db1 127.0.0.1:1 primary,rw", CatalogAsync, Soon, "db1 is registered");

        await _store.PutAsync(Data("db2", Instance("db1", "1"), Instance("db2", "2")), Token);
        await Eventually.BeAsync(
            "db1 127.0.0.1:1 standby; db2 127.0.0.1:2 primary,rw", CatalogAsync, Soon, "the change is followed");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("db1 127.0.0.1:1 standby; db2 127.0.0.1:2 primary,rw", await CatalogAsync());
    }

    [Fact]
    public async Task A_Consul_that_restarts_is_tried_again()
    {
        await _store.PutAsync(Data("db1", Instance("db1", "1")), Token);
        _consul.Kill();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var options = Options() with { Interval = TimeSpan.FromMilliseconds(200) };
        var running = new Registrar(_store, _registry!, options, TimeProvider.System, _log).RunAsync(stop.Token);
        await Eventually.BeTrueAsync(
            () => _log.Lines.Any(l => l.StartsWith("registration failed", StringComparison.Ordinal)),
            Soon,
            "it is told");

        await _consul.StartAgainAsync();

        await Eventually.BeAsync("db1 127.0.0.1:1 primary,rw", CatalogAsync, Soon, "db1 is registered");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task RoundAsync(ClusterData data)
    {
        await _store.PutAsync(data, Token);
        await Registrar().RoundAsync(Token);
    }

    private Registrar Registrar() => new(_store, _registry!, Options(), TimeProvider.System, _log);

    private ConsulRegistry Registry(string token) => new(
        new ConsulOptions
        {
            Endpoints = StoreEndpoints.Parse(_consul.Endpoint, StoreEndpoints.ConsulDefault),
            Token = new Secret(token),
        },
        TimeProvider.System);

    /// <summary>What Consul's catalog says of the cluster's services, in one line.</summary>
    private async Task<string> CatalogAsync() => string.Join("; ", (await Api.GetAsync("/v1/catalog/service/main"))!
        .AsArray()
        .Select(s => $"{s!["ServiceID"]} {s["ServiceAddress"]}:{s["ServicePort"]} "
            + string.Join(',', s["ServiceTags"]!.AsArray().Select(t => $"{t}")))
        .Order(StringComparer.Ordinal));

    private async Task<string> CheckAsync(string id) => (await Api.GetAsync("/v1/health/service/main"))!.AsArray()
        .Single(s => $"{s!["Service"]!["ID"]}" == id)!["Checks"]!.AsArray()
        .Where(c => $"{c!["CheckID"]}" == $"service:{id}")
        .Select(c => $"{c!["Status"]}")
        .Single();

    /// <summary>Of the agent, which tells the catalog of new texts some minutes later.</summary>
    private async Task<string> CheckTextAsync(string id) =>
        $"{(await Api.GetAsync("/v1/agent/checks"))![$"service:{id}"]!["Output"]}";

    /// <summary>Grows with each change of a service.</summary>
    private async Task<string> IndexAsync() => string.Join(
        ',', (await Api.GetAsync("/v1/catalog/service/main"))!.AsArray().Select(s => $"{s!["ModifyIndex"]}"));
}
