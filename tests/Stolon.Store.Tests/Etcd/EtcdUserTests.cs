using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

/// <summary>An etcd with authentication: root may do everything, "stolon" may use the keys below "ours/".</summary>
public sealed class EtcdUserTests : IAsyncLifetime
{
    private const int TokenRefused = 4104;
    private const int TokenSeconds = 2;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly StoreLogin Root = new("root", new Secret("root ä:'\"\\ "));
    private static readonly StoreLogin Stolon = new("stolon", new Secret(" s\n:€ "));

    private readonly RecordedEvents _log = new();
    private EtcdServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EtcdServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await StartAsync(new EtcdServerOptions
    {
        // Longer than any test except the one that waits for the expiry of a token.
        AuthTokenSeconds = TestContext.Current.TestMethod?.MethodName.Contains("renewed") is true ? TokenSeconds : 300,
    });

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    [Fact]
    public async Task The_user_writes_reads_watches_and_elects_within_its_role()
    {
        using var store = Store(Stolon);
        await using var watch = await RunningWatch.StartAsync(store, "ours/");
        await store.PutAsync("ours/key", Encoding.UTF8.GetBytes("1"), TimeSpan.FromSeconds(20), Token);
        Assert.IsType<SwapResult.Stored>(await store.SwapAsync("ours/new", "1"u8.ToArray(), null, null, Token));
        Assert.Equal(2, (await store.ListAsync("ours/", Token)).Count);
        await watch.ReportsAsync(1, "the watch signals a change");
        await store.DeleteAsync("ours/new", Token);
        await LeadsAsync(store);
        using var root = Store(Root);
        Assert.NotNull(await root.GetAsync("ours/key", Token));
    }

    [Fact]
    public async Task A_key_outside_the_role_is_refused_with_a_hint()
    {
        using var store = Store(Stolon);

        var write = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync("theirs", "1"u8.ToArray(), null, Token));
        var watch = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.WatchAsync("theirs", () => { }, Token).WaitAsync(Soon, Token));

        Assert.Contains("etcdserver: permission denied (the user needs a role", write.Message);
        Assert.Contains("nothing was written", write.Message);
        Assert.Contains("permission denied (the user needs a role", watch.Message);
    }

    [Fact]
    public async Task A_missing_user_or_wrong_password_is_reported_without_the_password()
    {
        using var anonymous = SharedEtcd.Store([Server.Endpoint]);
        using var wrong = Store(Stolon with { Password = new Secret("hunter2") });

        var without = await Assert.ThrowsAsync<StoreUnavailableException>(() => anonymous.GetAsync("ours/a", Token));
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => wrong.PutAsync("ours/a", "1"u8.ToArray(), null, Token));

        Assert.Contains("user name is empty (etcd requires a login: set --store-user)", without.Message);
        Assert.Contains("cannot log in as user \"stolon\": etcdserver: authentication failed", refused.Message);
        Assert.Contains("nothing was written", refused.Message);
        Assert.DoesNotContain("hunter2", refused.ToString());
    }

    [Fact]
    public async Task An_expired_token_is_renewed_for_reads_writes_leases_and_watches()
    {
        using var store = Store(Stolon);
        await store.PutAsync("ours/key", "1"u8.ToArray(), TimeSpan.FromSeconds(20), Token);

        // No requests meanwhile, because each use of a token extends its life. etcd checks once a second.
        var begun = TimeProvider.System.GetTimestamp();
        await Eventually.BeTrueAsync(
            () => TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(TokenSeconds + 2),
            Soon,
            "the token ends");

        await using var watch = await RunningWatch.StartAsync(store, "ours/");
        await store.PutAsync("ours/key", "2"u8.ToArray(), TimeSpan.FromSeconds(20), Token);
        await watch.ReportsAsync(1, "the watch signals a change");
        Assert.True(_log.Contains(TokenRefused));
    }

    [Fact]
    public async Task A_restart_of_etcd_does_not_end_the_login()
    {
        using var store = Store(Stolon);
        await store.PutAsync("ours/key", "1"u8.ToArray(), null, Token);
        Server.Kill();
        await Server.StartAgainAsync();

        Assert.NotNull(await store.GetAsync("ours/key", Token));
        await LeadsAsync(store);
    }

    [Fact]
    public async Task Signed_tokens_are_renewed_too()
    {
        using var directory = new TemporaryDirectory("jwt");
        using var key = RSA.Create(2048);
        await File.WriteAllTextAsync(directory.File("key.pem"), key.ExportRSAPrivateKeyPem() + "\n", Token);
        await File.WriteAllTextAsync(directory.File("pub.pem"), key.ExportSubjectPublicKeyInfoPem() + "\n", Token);
        await using var server = await StartAsync(new EtcdServerOptions
        {
            AuthToken = $"jwt,pub-key={directory.File("pub.pem")},priv-key={directory.File("key.pem")},"
                + $"sign-method=RS256,ttl={TokenSeconds}s",
        });
        using var store = SharedEtcd.Store([server.Endpoint], login: Stolon, logger: _log);
        await store.PutAsync("ours/key", "1"u8.ToArray(), null, Token);

        await Eventually.BeTrueAsync(
            async () => await store.GetAsync("ours/key", Token) is not null && _log.Contains(TokenRefused),
            Soon,
            "reading goes on over the end of a token");
    }

    [Fact]
    public async Task A_user_for_an_etcd_without_users_is_ignored_with_a_warning()
    {
        await using var server = await EtcdServer.StartAsync();
        using var store = SharedEtcd.Store([server.Endpoint], login: Stolon, logger: _log);

        await store.PutAsync("key", "1"u8.ToArray(), null, Token);

        Assert.True(_log.Contains(4103));
    }

    [Fact]
    public async Task The_common_name_of_the_client_certificate_is_the_user_and_needs_no_password()
    {
        using var directory = new TemporaryDirectory("common-name");
        using var authority = CertificateAuthority.Root(directory.Path, "authority");
        var (cert, key) = authority.Issue("server");
        await using var server = await StartAsync(
            new EtcdServerOptions { Tls = new EtcdServerTls(cert, key, authority.CertFile) }, withPassword: false);
        EtcdKeyValueStore WithCertificate(string name, StoreLogin? login = null)
        {
            var (certFile, keyFile) = authority.Issue(name);
            var tls = new StoreTlsOptions { CaFile = authority.CertFile, CertFile = certFile, KeyFile = keyFile };
            return SharedEtcd.Store([server.Endpoint], tls: StoreTls.Load(tls), login: login);
        }

        using var store = WithCertificate(Stolon.User);
        await using var watch = await RunningWatch.StartAsync(store, "ours/");
        await store.PutAsync("ours/key", "1"u8.ToArray(), TimeSpan.FromSeconds(20), Token);
        await watch.ReportsAsync(1, "the watch signals a change");
        await LeadsAsync(store);

        using var stranger = WithCertificate("stranger");
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => stranger.GetAsync("ours/key", Token));
        Assert.Contains("permission denied", refused.Message);
        using var root = WithCertificate("stranger", Root);
        Assert.NotNull(await root.GetAsync("ours/key", Token));
    }

    private static async Task<EtcdServer> StartAsync(EtcdServerOptions options, bool withPassword = true)
    {
        var server = await EtcdServer.StartAsync(options);
        await server.Json.EnableUsersAsync(
            Root.Password.Reveal, Stolon.User, withPassword ? Stolon.Password.Reveal : null, "ours/");
        return server;
    }

    private static async Task LeadsAsync(EtcdKeyValueStore store)
    {
        var election = new LeaseElection(
            store.LeaseServer,
            "ours/leader",
            LeaseElection.DefaultTimeToLive,
            TimeProvider.System,
            NullLogger.Instance);
        await using var leadership = await election.CampaignAsync("me", Token);
        Assert.Equal("me", await election.LeaderAsync(Token));
    }

    private EtcdKeyValueStore Store(StoreLogin login) =>
        SharedEtcd.Store([Server.Endpoint], login: login, logger: _log);
}
