using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>Both internal users with certificates only, and servers whose certificates are verified.</summary>
[Trait("PostgreSQL", "version")]
public sealed class CertificateTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory _directory = new("pg tls");
    private readonly CertificateAuthority _authority;
    private readonly (string CertFile, string KeyFile) _server;
    private readonly Login _superuser;
    private readonly Login _replication;

    public CertificateTests()
    {
        _authority = CertificateAuthority.Root(_directory.Path, "authority");
        _server = _authority.Issue("server");
        _superuser = Certified(TestInstance.Superuser);
        _replication = Certified(TestInstance.Replication);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_new_cluster_without_any_password_is_cloned_streams_fails_over_and_is_rewound()
    {
        await using var old = TestInstance.Empty(Options);
        await old.Server.InitDbAsync(new NewConfig { DataChecksums = true }, CancellationToken.None);
        await old.Server.StartAsync(WithTls(old.Configuration()), temporary: true, CancellationToken.None);
        await old.Server.AwaitReadyAsync(Soon, CancellationToken.None);
        await old.Server.SetUpRolesAsync(CancellationToken.None);
        await old.Server.StopAsync(CancellationToken.None);
        await old.StartAsync(WithTls(old.Configuration()));
        Assert.Equal("0", await old.SqlAsync("select count(*) from pg_authid where rolpassword is not null"));
        await using var standby = await StandbyOfAsync(old);
        await old.SqlAsync("create table t as select 1 as n");
        await CaughtUpAsync(standby, old);
        Assert.Equal(
            "True", await old.SqlAsync("select ssl from pg_stat_ssl join pg_stat_replication using (pid)"));
        Assert.True((await standby.Server.ObserveAsync(CancellationToken.None)).Healthy);

        await standby.Server.PromoteAsync(WithTls(standby.Configuration()), CancellationToken.None);
        await old.SqlAsync("insert into t select generate_series(1, 1000)");
        await TestInstance.RunAsync("kill", "-QUIT", $"{old.ProcessId}");
        await old.Server.WaitForExitAsync(CancellationToken.None).WaitAsync(Soon);
        await standby.Server.CreateSlotAsync("stolon_old", CancellationToken.None);
        await old.Server.RewindAsync(standby.Address, new InstanceUid("old"), CancellationToken.None);
        await old.StartAsync(WithTls(old.Following(standby, new InstanceUid("old"))));

        Assert.Equal("1", await old.SqlAsync("select count(*) from t"));
        await CaughtUpAsync(old, standby);
    }

    [Fact]
    public async Task Without_a_certificate_a_password_does_not_help_with_or_without_tls()
    {
        await using var instance = await TestInstance.StoppedAsync(Options);
        await File.WriteAllTextAsync(
            Path.Combine(instance.Postgres, "pg_ident.conf"), "# the operator's\nmine a b\nstolon old user\n");
        await instance.StartAsync(WithTls(instance.Configuration()));

        Assert.Contains("pg_hba.conf rejects connection", await RefusalAsync(instance, SslMode.Disable));
        Assert.Contains("certificate", await RefusalAsync(instance, SslMode.Require));
        var system = Environment.UserName;
        Assert.Equal(
            [
                "# the operator's", "mine a b",
                $"stolon {system} \"{TestInstance.Superuser}\"", $"stolon {system} {TestInstance.Replication}",
            ],
            await File.ReadAllLinesAsync(Path.Combine(instance.Postgres, "pg_ident.conf")));
    }

    [Theory]
    [InlineData("verify-ca", true, null, "certificate was rejected")]
    [InlineData("require", true, null, "certificate was rejected")]
    [InlineData("verify-full", false, "elsewhere.example", "certificate was rejected")]
    [InlineData("verify-ca", false, "elsewhere.example", null)]
    public async Task A_server_with_the_wrong_authority_or_name_is_refused_and_the_reason_told(
        string mode, bool stranger, string? host, string? reason)
    {
        using var other = CertificateAuthority.Root(_directory.Path, "other");
        var served = (stranger ? other : _authority).Issue("this server", host);
        await using var primary = await TestInstance.StoppedAsync(Options);
        await primary.StartAsync(WithTls(primary.Configuration(), served));
        await using var standby = TestInstance.Empty(
            o => Options(o) with { Tls = new ServerTls { Mode = mode, AuthoritiesFile = _authority.CertFile } });
        await primary.Server.CreateSlotAsync("stolon_self", CancellationToken.None);

        var clone = standby.Server.CloneAsync(
            primary.Address, standby.Uid, "stolon_self", CancellationToken.None);
        if (reason is null)
        {
            await clone;
            return;
        }

        var refusal = (await Assert.ThrowsAsync<PostgresToolException>(() => clone)).Message;
        Assert.True(refusal.Contains(reason, StringComparison.Ordinal), refusal);
        var rewind = await Assert.ThrowsAsync<PostgresToolException>(
            () => standby.Server.RewindAsync(primary.Address, standby.Uid, CancellationToken.None));
        Assert.Contains($"checkpoint of {primary.Address} before a rewind", rewind.Message);
    }

    private static async Task CaughtUpAsync(TestInstance standby, TestInstance primary) => await Eventually.BeTrueAsync(
        async () => (await standby.Server.ObserveAsync(CancellationToken.None)).Position
            >= (await primary.Server.ObserveAsync(CancellationToken.None)).Position
            && await primary.SqlAsync("select count(*) from pg_stat_replication where state = 'streaming'") == "1",
        Soon,
        "the standby streams and catches up");

    private static async Task<string> RefusalAsync(TestInstance instance, SslMode mode)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = instance.Port,
            Username = TestInstance.Superuser,
            Password = TestInstance.SuperuserPassword.Reveal,
            Database = "postgres",
            SslMode = mode,
            Pooling = false,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        return (await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.OpenAsync())).Message;
    }

    private async Task<TestInstance> StandbyOfAsync(TestInstance primary)
    {
        var standby = TestInstance.Empty(Options);
        await primary.Server.CreateSlotAsync("stolon_self", CancellationToken.None);
        await standby.Server.CloneAsync(primary.Address, standby.Uid, "stolon_self", CancellationToken.None);
        await standby.StartAsync(WithTls(standby.Following(primary)));
        return standby;
    }

    private Login Certified(string name)
    {
        var (cert, key) = _authority.Issue(name);
        return new Login(name, "cert", null) { Certificate = new ClientCertificate(cert, key) };
    }

    private PostgresOptions Options(PostgresOptions options) => options with
    {
        Superuser = _superuser,
        Replication = _replication,
        Tls = new ServerTls { Mode = "verify-full", AuthoritiesFile = _authority.CertFile },
    };

    private ServerConfiguration WithTls(
        ServerConfiguration configuration, (string CertFile, string KeyFile)? served = null) => configuration with
        {
            Parameters = configuration.Parameters
            .With("ssl", "on")
            .With("ssl_cert_file", (served ?? _server).CertFile)
            .With("ssl_key_file", (served ?? _server).KeyFile)
            .With("ssl_ca_file", _authority.CertFile),
        };
}
