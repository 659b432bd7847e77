using Stolon.EndToEnd.Tests.Rig.Stores;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>One authority, and what it has signed for etcd, for the servers, and for the two internal users.</summary>
public sealed class ClusterCertificates : IDisposable
{
    private const string StoreUser = "stolon";
    private const string StorePassword = " st:ore\\ 'se\"cret;=#%$🔑 ";

    private readonly TemporaryDirectory _directory = new("certificates");
    private readonly CertificateAuthority _authority;
    private readonly (string CertFile, string KeyFile) _server;
    private readonly (string CertFile, string KeyFile) _replication;

    public ClusterCertificates()
    {
        _authority = CertificateAuthority.Root(_directory.Path, "authority");
        _server = _authority.Issue("server");
        Superuser = _authority.Issue(Sql.Superuser);
        _replication = _authority.Issue(Sql.Replication);
        OrdinaryUser.Give(_directory.Path);
    }

    public string AuthorityFile => _authority.CertFile;

    /// <summary>Shown by keepers, and by the tests' own connections.</summary>
    public (string CertFile, string KeyFile) Superuser { get; }

    /// <summary>Of a specification's <c>pgParameters</c>: servers with TLS that ask for certificates.</summary>
    public string ServerParameters =>
        $"""
        "ssl":"on","ssl_cert_file":"{_server.CertFile}","ssl_key_file":"{_server.KeyFile}",
        "ssl_ca_file":"{AuthorityFile}"
        """;

    /// <summary>Of a keeper: both users' certificates, whatever the method.</summary>
    public string[] KeeperOptions =>
    [
        "--pg-su-ssl-cert-file", Superuser.CertFile,
        "--pg-su-ssl-key-file", Superuser.KeyFile,
        "--pg-repl-ssl-cert-file", _replication.CertFile,
        "--pg-repl-ssl-key-file", _replication.KeyFile,
    ];

    /// <summary>Of a keeper: both users by certificate, and the other servers' certificates verified.</summary>
    public string[] KeeperMethods =>
    [
        "--pg-su-auth-method", "cert",
        "--pg-repl-auth-method", "cert",
        "--pg-ssl-mode", "verify-full",
        "--pg-ssl-ca-file", AuthorityFile,
    ];

    /// <summary>With TLS; users are asked for, and one may use the keys of the cluster.</summary>
    public async Task<EtcdV3Store> StartStoreAsync(TestDirectory directory)
    {
        var etcd = await EtcdServer.StartAsync(
            new EtcdServerOptions { Tls = new EtcdServerTls(_server.CertFile, _server.KeyFile, null) });
        await etcd.Json.EnableUsersAsync("root's", StoreUser, StorePassword, TestCluster.BasePath + "/");
        return new EtcdV3Store(
            etcd,
            [
                "--store-ca-file", AuthorityFile,
                "--store-user", StoreUser,
                "--store-passwordfile", directory.Secret("store", StorePassword),
            ]);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }
}
