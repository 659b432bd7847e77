using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Testing;
using Stolon.Testing.Consul;

namespace Stolon.Store.Tests.Consul;

public sealed class ConsulTlsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("tls");
    private readonly CertificateAuthority _authority;
    private readonly (string CertFile, string KeyFile) _client;
    private ConsulServer? _server;

    public ConsulTlsTests()
    {
        _authority = CertificateAuthority.Root(_directory.Path, "authority");
        _client = _authority.Issue("client");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (cert, key) = _authority.Issue("server");
        _server = await ConsulServer.StartAsync(
            new ConsulServerOptions { Tls = new ConsulServerTls(cert, key, _authority.CertFile) });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task With_the_CA_and_a_client_certificate_it_works()
    {
        using var store = SharedConsul.Store(_server!.Endpoint, tls: StoreTls.Load(new StoreTlsOptions
        {
            CaFile = _authority.CertFile,
            CertFile = _client.CertFile,
            KeyFile = _client.KeyFile,
        }));

        await store.PutAsync("key", Encoding.UTF8.GetBytes("value"), null, Token);

        Assert.NotNull(await store.GetAsync("key", Token));
    }

    [Fact]
    public async Task A_server_signed_by_another_CA_is_refused()
    {
        using var stranger = CertificateAuthority.Root(_directory.Path, "stranger");

        await RefusedAsync(
            _server!.Endpoint,
            new StoreTlsOptions { CaFile = stranger.CertFile, CertFile = _client.CertFile, KeyFile = _client.KeyFile },
            "is not signed by the store's CA");
    }

    [Fact]
    public async Task Without_a_client_certificate_the_error_names_it_as_a_possible_cause() => await RefusedAsync(
        _server!.Endpoint, new StoreTlsOptions { CaFile = _authority.CertFile }, "client certificates, configure ours");

    [Fact]
    public async Task The_error_for_an_endpoint_without_TLS_mentions_the_scheme() => await RefusedAsync(
        _server!.Endpoint.Replace("https", "http", StringComparison.Ordinal), null,
        "its endpoint must begin with https://");

    private static async Task RefusedAsync(string endpoint, StoreTlsOptions? options, string reason)
    {
        using var store = SharedConsul.Store(endpoint, tls: options is null ? null : StoreTls.Load(options));

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("key", Token));

        Assert.True(refusal.Message.Contains(reason, StringComparison.Ordinal), $"{refusal}");
    }
}
