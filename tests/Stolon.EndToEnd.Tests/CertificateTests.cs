using Npgsql;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>The internal users by certificate, servers that are verified, etcd with TLS and users.</summary>
public sealed class CertificateTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string StreamingUsers =
        """
        select string_agg(concat(ssl, ' ', version, ' ', client_dn), ', ')
        from pg_stat_ssl join pg_stat_replication using (pid) where state = 'streaming'
        """;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly ClusterCertificates _certificates = new();
    private TestCluster? _cluster;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _certificates.Dispose();
    }

    [Fact]
    public async Task A_cluster_without_any_password_fails_over_and_rewinds()
    {
        var cluster = _cluster = await TestCluster.StartAsync(ClusterShape.Asynchronous with
        {
            Certificates = _certificates,
            WithPasswords = false,
            EveryKeeper = [.. _certificates.KeeperOptions, .. _certificates.KeeperMethods],
            Specification = ClusterShape.Asynchronous.Specification.Replace(
                "\"fsync\"", _certificates.ServerParameters + ",\"fsync\"", StringComparison.Ordinal),
        });
        var former = await cluster.PrimaryAsync();
        var birth = former.BirthOfData();
        await SeeStandbysWithCertificatesAsync(former);
        Assert.Equal("0", await former.AskAsync("select count(*) from pg_authid where rolname <> 'app' "
            + "and rolpassword is not null"));
        await RefusedWithoutUserAsync(cluster);
        await using var writer = await cluster.WriteRowsAsync();

        former.FreezeWalSenders();
        Assert.NotNull(await former.AskAsync("insert into rows (id) values (-1) returning id"));
        await former.KillWithPostgresAsync();
        var successor = await cluster.SuccessorAsync(former, Soon);
        await writer.ReachesAsync(successor.Port, Soon);
        output.WriteLine($"killed: {writer.LongestGap.TotalSeconds:0.0} s without writes");
        await cluster.HealAsync();

        Assert.True(await former.IsStandbyAsync());
        Assert.Equal(birth, former.BirthOfData());
        Assert.Equal("0", await former.AskAsync("select count(*) from rows where id < 0"));
        Assert.Equal(successor, await cluster.PrimaryAsync());
        await SeeStandbysWithCertificatesAsync(successor);
    }

    [Fact]
    public async Task A_cluster_with_passwords_goes_over_to_certificates_without_a_failed_write()
    {
        var cluster = _cluster = await TestCluster.StartAsync(
            ClusterShape.Asynchronous with
            {
                Certificates = _certificates,

                // A restart by hand on a busy machine takes its time.
                Specification = ClusterShape.Asynchronous.Specification
                    .Replace("\"failInterval\":\"4s\"", "\"failInterval\":\"20s\"", StringComparison.Ordinal)
                    .Replace("\"proxyTimeout\":\"4s\"", "\"proxyTimeout\":\"15s\"", StringComparison.Ordinal),
            });
        var primary = await cluster.PrimaryAsync();
        var before = Servers(cluster);
        await using var writer = await cluster.WriteRowsAsync();

        foreach (var keeper in cluster.Keepers)
        {
            await RestartAsync(keeper, _certificates.KeeperOptions);
        }

        await cluster.Ctl.PatchAsync($$"""{"pgParameters":{ {{_certificates.ServerParameters}} } }""");
        foreach (var keeper in cluster.Keepers)
        {
            await Eventually.BeAsync("on", () => keeper.AskAsync("show ssl"), Soon, $"{keeper.Uid} has TLS");
        }

        // The primary first: the others still have passwords, and must show certificates to it.
        foreach (var keeper in cluster.Others(primary).Prepend(primary))
        {
            Assert.False(await NeedsCertificateAsync(keeper));
            await RestartAsync(keeper, _certificates.KeeperMethods);
            await Eventually.BeTrueAsync(
                () => NeedsCertificateAsync(keeper), Soon, $"{keeper.Uid} takes certificates only");
            await SeeStandbysConnectAgainAsync(primary);
        }

        foreach (var keeper in cluster.Keepers)
        {
            await RestartAsync(keeper, "--pg-su-passwordfile", "", "--pg-repl-passwordfile", "");
        }

        foreach (var standby in cluster.Others(primary))
        {
            await Eventually.BeAsync(
                "False",
                () => standby.AskAsync("select current_setting('primary_conninfo') like '%pass%'"),
                Soon,
                $"{standby.Uid} has no password");
        }

        await SeeStandbysConnectAgainAsync(primary);
        await cluster.SettleAsync(3);
        await writer.ProceedsAsync(Soon);
        output.WriteLine($"to certificates: {writer.LongestGap.TotalSeconds:0.0} s without writes");
        Assert.Equal(0, writer.Failures);
        Assert.Equal(primary, await cluster.PrimaryAsync());
        Assert.Equal(before, Servers(cluster));
    }

    /// <summary>The keeper is killed: PostgreSQL runs on, and the next keeper takes it over.</summary>
    private static async Task RestartAsync(Keeper keeper, params string[] options)
    {
        keeper.Process.Kill();
        keeper.Process.Add(options);
        var said = keeper.Process.Log.Length;
        keeper.Process.Start();
        await Eventually.BeTrueAsync(() => keeper.Process.Log.Length > said, Soon, $"{keeper.Uid} is at work");
    }

    private static async Task<bool> NeedsCertificateAsync(Keeper keeper)
    {
        try
        {
            await using var connection = await Sql.ConnectAsync(keeper.Port, Sql.Superuser);
            return false;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return true;
        }
    }

    private static async Task SeeStandbysConnectAgainAsync(Keeper primary)
    {
        Assert.NotNull(await primary.AskAsync("select count(pg_terminate_backend(pid)) from pg_stat_replication"));
        await SeeStandbysWithCertificatesAsync(primary);
    }

    private static Task<string?> SeeStandbysWithCertificatesAsync(Keeper primary)
    {
        var one = $"t TLSv1.3 /CN={Sql.Replication}";
        return Eventually.SeeAsync(
            () => primary.AskAsync(StreamingUsers), seen => seen == $"{one}, {one}", Soon, "two receive by TLS");
    }

    private async Task RefusedWithoutUserAsync(TestCluster cluster)
    {
        var nobody = new Stolonctl(
        [
            "--cluster-name", "e2e", "--store-backend", "etcdv3",
            "--store-endpoints", cluster.Etcd.Endpoint, "--store-ca-file", _certificates.AuthorityFile,
        ]);
        var (exitCode, _, errors) = await nobody.TryAsync("status");
        Assert.Equal(1, exitCode);
        Assert.Contains("etcd requires a login", errors);
    }

    private static List<string> Servers(TestCluster cluster) =>
        [.. cluster.Keepers.Select(k => $"{k.Uid} {k.Postmaster} {k.BirthOfData()}")];
}
