using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

[Trait("PostgreSQL", "version")]
public sealed class NewDataDirectoryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_new_cluster_has_its_encoding_checksums_roles_and_no_password_anywhere()
    {
        await using var instance = TestInstance.Empty();
        await instance.Server.InitDbAsync(
            new NewConfig { Encoding = "LATIN1", Locale = "C", DataChecksums = true }, CancellationToken.None);
        await instance.Server.StartAsync(
            instance.Configuration(
                ("log_statement", "all"), ("log_min_duration_statement", "0"), ("logging_collector", "on")),
            temporary: true,
            CancellationToken.None);
        await instance.Server.AwaitReadyAsync(Soon, CancellationToken.None);

        await instance.Server.SetUpRolesAsync(CancellationToken.None);

        Assert.Equal("LATIN1", await instance.SqlAsync("show server_encoding"));
        Assert.Equal("on", await instance.SqlAsync("show data_checksums"));
        Assert.True((await instance.Server.ObserveAsync(CancellationToken.None)).Healthy);
        Assert.Equal(
            ["superuser password set", "replication role created"],
            instance.Log.Texts.Where(t => t.Contains("password set") || t.Contains("role")));
        Assert.Contains(
            instance.Log.Lines.Single(l => l.Text == "replication role created").Fields,
            f => f.Key == "role" && f.Value is TestInstance.Replication);
        await instance.Server.StopAsync(CancellationToken.None);
        foreach (var file in Directory.GetFiles(Path.Combine(instance.Postgres, "log")))
        {
            var log = await File.ReadAllTextAsync(file);
            Assert.Contains("statement: ", log);
            Assert.DoesNotContain("p\\'w", log);
        }

        Assert.DoesNotContain(instance.Log.Texts, t => t.Contains("p'w") || t.Contains("p\\'w"));
        Assert.False(File.Exists(Path.Combine(instance.Directory, "initdb-password")));
    }

    [Fact]
    public async Task One_user_for_both_gets_the_replication_role_added()
    {
        await using var instance = TestInstance.Empty(o => o with
        {
            Replication = o.Superuser,
        });
        await instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
        await instance.Server.StartAsync(instance.Configuration(), temporary: true, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(Soon, CancellationToken.None);

        await instance.Server.SetUpRolesAsync(CancellationToken.None);

        Assert.Contains("replication role added to superuser", instance.Log.Texts);
        Assert.Equal(
            "True", await instance.SqlAsync("select rolreplication from pg_roles where rolname = current_user"));
    }

    [Theory]
    [InlineData("md5", null, "SCRAM-SHA-256$")]
    [InlineData("scram-sha-256", null, "SCRAM-SHA-256$")]
    [InlineData("md5", "md5", "md5")]
    [InlineData("scram-sha-256", "md5", "SCRAM-SHA-256$")]
    [InlineData("trust", null, null)]
    public async Task Passwords_are_stored_for_scram_unless_the_specification_says_otherwise(
        string method, string? encryption, string? stored)
    {
        var password = method == "trust" ? null : new Secret(" pass word ");
        await using var instance = TestInstance.Empty(o => o with
        {
            Superuser = new Login("su", method, password),
            Replication = new Login("re", method, password),
        });
        await instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
        await instance.Server.StartAsync(
            encryption is null
                ? instance.Configuration()
                : instance.Configuration(("password_encryption", encryption)),
            temporary: true,
            CancellationToken.None);
        await instance.Server.AwaitReadyAsync(Soon, CancellationToken.None);
        var others = await instance.SqlAsync("show password_encryption");

        await instance.Server.SetUpRolesAsync(CancellationToken.None);

        foreach (var role in (string[])["su", "re"])
        {
            var verifier = await instance.SqlAsync($"select rolpassword from pg_authid where rolname = '{role}'");
            Assert.Equal(stored, verifier is { Length: > 0 } text ? text[..(stored ?? text).Length] : null);
        }

        Assert.Equal(others, await instance.SqlAsync("show password_encryption"));
        Assert.True((await instance.Server.ObserveAsync(CancellationToken.None)).Healthy);
    }

    [Fact]
    public async Task An_initdb_that_fails_leaves_nothing_and_says_why()
    {
        await using var instance = TestInstance.Empty();

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.InitDbAsync(new NewConfig { Encoding = "NONSENSE" }, CancellationToken.None));

        Assert.Contains("initdb failed with exit code 1", failure.Message);
        Assert.Contains("\"NONSENSE\" is not a valid server encoding name", failure.Message);
        Assert.False((await instance.Server.InspectAsync(CancellationToken.None)).DirectoryHasFiles);
        Assert.Empty(Directory.GetFiles(instance.Directory));
    }

    [Fact]
    public async Task A_full_disk_at_initdb_leaves_nothing_half_done_and_touches_nothing_else()
    {
        var disk = Environment.GetEnvironmentVariable(SmallDisk.Variable);
        Assert.SkipUnless(disk is not null, "only root can make a small file system: run the tests as root");
        var neighbour = Path.Combine(disk, "neighbour");
        await File.WriteAllTextAsync(neighbour, "ours");
        await using var instance = TestInstance.Empty(o => o with { DataDirectory = Path.Combine(disk, "keeper") });
        Directory.CreateDirectory(instance.Options.DataDirectory);

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None));

        Assert.Contains("No space left on device", failure.Message);
        Assert.False((await instance.Server.InspectAsync(CancellationToken.None)).DirectoryHasFiles);
        Assert.Empty(Directory.GetFiles(instance.Options.DataDirectory));
        Assert.Equal("ours", await File.ReadAllTextAsync(neighbour));
    }

    [Fact]
    public async Task A_directory_with_files_is_not_initialised()
    {
        await using var instance = TestInstance.Empty();
        Directory.CreateDirectory(instance.Postgres);
        var file = Path.Combine(instance.Postgres, "precious");
        await File.WriteAllTextAsync(file, "");

        await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None));

        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task The_parameters_of_the_files_are_read_without_those_we_manage()
    {
        await using var instance = TestInstance.Empty();
        await instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
        await instance.Server.StartAsync(
            instance.Configuration(("work_mem", "7MB")), temporary: true, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(Soon, CancellationToken.None);

        var parameters = await instance.Server.ReadFileParametersAsync(CancellationToken.None);

        // From postgresql.conf, which the temporary file includes, and from that file, which wins.
        Assert.Equal("iso, mdy", parameters["datestyle"], ignoreCase: true);
        Assert.Equal("7MB", parameters["work_mem"]);
        Assert.Equal("16MB", parameters["shared_buffers"]);
        Assert.False(parameters.ContainsKey("port"));
        Assert.Equal(parameters, (await instance.Server.ObserveAsync(CancellationToken.None)).PgParameters);
    }

    [Fact]
    public async Task A_restored_backup_recovers_to_its_target_even_if_it_came_from_a_standby()
    {
        await using var source = await TestInstance.StoppedAsync();
        await File.WriteAllTextAsync(Path.Combine(source.Postgres, "standby.signal"), "");
        await using var instance = TestInstance.Empty();

        await instance.Server.RestoreAsync(
            $"cp -a {source.Postgres}/. %d && echo 100%% > /dev/null", CancellationToken.None);
        var restored = await instance.Server.InspectAsync(CancellationToken.None);
        await instance.Server.StartAsync(
            instance.Configuration() with
            {
                Recovery = Core.Keeper.RecoveryMode.Recovery,
                RecoveryParameters = ValueMap<string, string>.Empty.With("restore_command", "/bin/false"),
            },
            temporary: true,
            CancellationToken.None);
        await instance.Server.AwaitRecoveryEndAsync(Soon, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(Soon, CancellationToken.None);

        Assert.Equal(InstanceRole.Standby, restored.Data!.Role);
        var look = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.Equal(InstanceRole.Primary, look.Data!.Role);
        Assert.False(look.Data.RecoveryPending);
        Assert.False(look.Server!.Answers!.InRecovery);
        Assert.Equal(new Timeline(2), (await instance.Server.ObserveAsync(CancellationToken.None)).Timeline);
    }

    [Fact]
    public async Task A_restore_that_fails_leaves_nothing()
    {
        await using var instance = TestInstance.Empty();

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.RestoreAsync("touch %d/half; exit 3", CancellationToken.None));

        Assert.Contains("sh failed with exit code 3", failure.Message);
        Assert.False((await instance.Server.InspectAsync(CancellationToken.None)).DirectoryHasFiles);
    }

    [Fact]
    public async Task A_restore_that_is_given_up_leaves_neither_files_nor_processes()
    {
        await using var instance = TestInstance.Empty();
        using var giveUp = new CancellationTokenSource();
        var started = Path.Combine(instance.Directory, "started");
        var restore = instance.Server.RestoreAsync(
            $"sleep 1000 & echo $! > {started}; touch %d/half; wait", giveUp.Token);
        await Eventually.BeTrueAsync(() => File.Exists(Path.Combine(instance.Postgres, "half")), Soon, "it runs");

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restore.WaitAsync(Soon));
        Assert.False((await instance.Server.InspectAsync(CancellationToken.None)).DirectoryHasFiles);
        var child = (await File.ReadAllTextAsync(started)).Trim();
        await Eventually.BeTrueAsync(() => !Directory.Exists($"/proc/{child}"), Soon, "its child is gone too");
    }
}
