using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

public sealed class EtcdTlsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("tls");
    private readonly CertificateAuthority _authority;
    private readonly (string CertFile, string KeyFile) _client;
    private EtcdServer? _server;

    public EtcdTlsTests()
    {
        _authority = CertificateAuthority.Root(_directory.Path, "authority");
        _client = _authority.Issue("client");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (cert, key) = _authority.Issue("server");
        _server = await EtcdServer.StartAsync(
            new EtcdServerOptions { Tls = new EtcdServerTls(cert, key, _authority.CertFile) });
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task With_the_CA_and_a_client_certificate_it_works() => await WorksAsync(new StoreTlsOptions
    {
        CaFile = _authority.CertFile,
        CertFile = _client.CertFile,
        KeyFile = _client.KeyFile,
    });

    [Fact]
    public async Task Skipping_verification_works_without_a_CA() => await WorksAsync(new StoreTlsOptions
    {
        SkipVerify = true,
        CertFile = _client.CertFile,
        KeyFile = _client.KeyFile,
    });

    [Fact]
    public async Task Without_the_key_the_client_certificate_is_not_used_and_etcd_refuses() => await RefusedAsync(
        new StoreTlsOptions { CaFile = _authority.CertFile, CertFile = _client.CertFile },
        "client certificates, configure ours");

    [Fact]
    public async Task A_server_signed_by_another_CA_is_refused()
    {
        using var stranger = CertificateAuthority.Root(_directory.Path, "stranger");

        await RefusedAsync(
            new StoreTlsOptions
            {
                CaFile = stranger.CertFile,
                CertFile = _client.CertFile,
                KeyFile = _client.KeyFile,
            },
            "is not signed by the store's CA");
    }

    [Fact]
    public async Task The_error_for_an_endpoint_without_TLS_mentions_the_scheme()
    {
        using var store = SharedEtcd.Store([_server!.Endpoint.Replace("https", "http", StringComparison.Ordinal)]);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("key", Token));

        Assert.True(
            refused.Message.Contains("its endpoint begins with https://", StringComparison.Ordinal), $"{refused}");
    }

    [Fact]
    public async Task Without_a_CA_file_the_systems_trust_store_is_used() => await RefusedAsync(
        new StoreTlsOptions { CertFile = _client.CertFile, KeyFile = _client.KeyFile }, "certificate");

    [Fact]
    public async Task An_intermediate_in_the_CA_file_is_trusted_like_a_root()
    {
        using var intermediate = _authority.Intermediate("intermediate");
        var (cert, key) = intermediate.Issue("server-of-intermediate");
        await using var server = await EtcdServer.StartAsync(
            new EtcdServerOptions { Tls = new EtcdServerTls(cert, key, ClientCaFile: null) });

        using var store = SharedEtcd.Store(
            [server.Endpoint], tls: StoreTls.Load(new StoreTlsOptions { CaFile = intermediate.CertFile }));

        await store.PutAsync("key", Encoding.UTF8.GetBytes("value"), null, Token);
    }

    [Fact]
    public void Invalid_files_are_named()
    {
        var missing = _directory.File("missing.pem");
        var empty = _directory.File("empty.pem");
        File.WriteAllText(empty, "no certificate");

        Assert.Contains(missing, Problem(new StoreTlsOptions { CaFile = missing }), StringComparison.Ordinal);
        Assert.Contains(empty, Problem(new StoreTlsOptions { CaFile = empty }), StringComparison.Ordinal);
        Assert.Contains(
            missing,
            Problem(new StoreTlsOptions { CertFile = _client.CertFile, KeyFile = missing }),
            StringComparison.Ordinal);
        Assert.NotNull(StoreTls.Load(new StoreTlsOptions { CertFile = missing }));
    }

    private static string Problem(StoreTlsOptions options) =>
        Assert.Throws<StoreOptionsException>(() => StoreTls.Load(options)).Message;

    private async Task WorksAsync(StoreTlsOptions options)
    {
        using var store = SharedEtcd.Store([_server!.Endpoint], tls: StoreTls.Load(options));

        await store.PutAsync("key", Encoding.UTF8.GetBytes("value"), null, Token);

        Assert.NotNull(await store.GetAsync("key", Token));
    }

    private async Task RefusedAsync(StoreTlsOptions options, string reason)
    {
        using var store = SharedEtcd.Store([_server!.Endpoint], tls: StoreTls.Load(options));

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("key", Token));

        Assert.True(refusal.Message.Contains(reason, StringComparison.Ordinal), $"{refusal}");
    }
}
