using Stolon.Core.Common;

namespace Stolon.Postgres.Tests;

/// <summary>The passwords of the internal users are changed while the keeper runs.</summary>
[Trait("PostgreSQL", "version")]
public sealed class PasswordChangeTests
{
    private static readonly Secret Next = new("next");

    [Fact]
    public async Task A_new_password_in_the_file_is_used_once_the_server_takes_no_other()
    {
        var file = new Secret?[] { TestInstance.ReplicationPassword, TestInstance.SuperuserPassword };
        await using var instance = await TestInstance.RunningAsync(o => o with
        {
            ReplicationPasswordNow = () => file[0],
            SuperuserPasswordNow = () => file[1],
        });
        file[0] = file[1] = Next;
        Assert.Equal(TestInstance.ReplicationPassword, await ObservedWithAsync(instance));

        await instance.SqlAsync($"alter role \"{TestInstance.Replication}\" password '{Next.Reveal}'");
        Assert.Equal(Next, await ObservedWithAsync(instance));
        await instance.SqlAsync($"alter role \"{TestInstance.Superuser}\" password '{Next.Reveal}'");
        await EndKeptConnectionsAsync(instance);
        Assert.Equal(Next, await ObservedWithAsync(instance));

        // A new server gets new connections.
        await instance.Server.StopAsync(CancellationToken.None);
        await instance.StartAsync(instance.Configuration());
        Assert.Equal(Next, await ObservedWithAsync(instance));
        Assert.Contains("accepts a new password of user repl-user", string.Join("\n", instance.Log.Texts));
        Assert.DoesNotContain(Next.Reveal, string.Join("\n", instance.Log.Texts));
    }

    [Fact]
    public async Task The_former_password_is_used_again_when_the_change_is_taken_back()
    {
        var file = TestInstance.ReplicationPassword;
        await using var instance = await TestInstance.RunningAsync(o => o with { ReplicationPasswordNow = () => file });
        file = Next;
        await instance.SqlAsync($"alter role \"{TestInstance.Replication}\" password '{Next.Reveal}'");
        Assert.Equal(Next, await ObservedWithAsync(instance));

        var former = TestInstance.ReplicationPassword.Reveal.Replace("\\", "\\\\").Replace("'", "\\'");
        await instance.SqlAsync($"alter role \"{TestInstance.Replication}\" password E'{former}'");

        Assert.Equal(TestInstance.ReplicationPassword, await ObservedWithAsync(instance));
    }

    [Fact]
    public async Task A_standby_that_missed_the_change_streams_with_what_its_primary_takes()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(
            primary, o => o with { ReplicationPasswordNow = () => Next });
        await standby.Server.StopAsync(CancellationToken.None);
        await primary.SqlAsync($"alter role \"{TestInstance.Replication}\" password '{Next.Reveal}'");

        await standby.StartAsync(standby.Following(primary));

        // Its own server still takes the former one.
        Assert.True((await standby.Server.ObserveAsync(CancellationToken.None)).Healthy);
        Assert.Equal(Next, (await standby.Server.InspectAsync(CancellationToken.None)).ReplicationPassword);
    }

    private static async Task<Secret?> ObservedWithAsync(TestInstance instance)
    {
        var seen = await instance.Server.ObserveAsync(CancellationToken.None);
        Assert.True(seen.Healthy, seen.Reason);
        Assert.Null(seen.Obstacle);
        return (await instance.Server.InspectAsync(CancellationToken.None)).ReplicationPassword;
    }

    /// <summary>Whoever asks has the former password only in its own options.</summary>
    private static async Task EndKeptConnectionsAsync(TestInstance instance)
    {
        using var psql = new System.Diagnostics.Process
        {
            StartInfo = new("psql", ["-h", "127.0.0.1", "-p", $"{instance.Port}", "-U", TestInstance.Superuser,
                "-d", "postgres", "-qAtc",
                "select count(pg_terminate_backend(pid)) from pg_stat_activity "
                + "where application_name = 'stolon-keeper'"])
            {
                Environment = { ["PGPASSWORD"] = Next.Reveal },
            },
        };
        psql.Start();
        await psql.WaitForExitAsync();
        Assert.Equal(0, psql.ExitCode);
    }
}
