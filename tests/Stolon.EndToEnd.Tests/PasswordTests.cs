using Stolon.EndToEnd.Tests.Rig;

namespace Stolon.EndToEnd.Tests;

/// <summary>The rig's passwords have every character that something has to escape (Sql.cs).</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class PasswordTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task They_are_stored_for_scram_and_pass_failover_and_rewind_without_being_shown()
    {
        using var watch = new SecretWatch(Cluster.Directory, Sql.SuperuserPassword, Sql.ReplicationPassword);
        var former = await Cluster.PrimaryAsync();
        var birth = former.BirthOfData();

        await LoseWithRowsOfItsOwnAsync(former);
        await Cluster.HealAsync();

        Assert.True(await former.IsStandbyAsync());
        Assert.Equal(birth, former.BirthOfData());
        var primary = await Cluster.PrimaryAsync();
        Assert.Equal("2", await primary.AskAsync("select count(*) from pg_stat_replication where state = 'streaming'"));
        Assert.Equal(
            "2",
            await primary.AskAsync("select count(*) from pg_authid where rolpassword like 'SCRAM-SHA-256$%' "
                + $"and rolname in ('{Sql.Superuser}', '{Sql.Replication}')"));
        Assert.Contains(
            $"local replication {Sql.Replication} md5",
            await File.ReadAllLinesAsync(Path.Combine(primary.PostgresDirectory, "pg_hba.conf")));
        Assert.True(watch.ProcessesSeen > 0);
        Assert.Empty(watch.Findings());
        await RigSeesALeakAsync();
    }

    /// <summary>The watch itself must not be blind.</summary>
    private async Task RigSeesALeakAsync()
    {
        using var watch = new SecretWatch(Cluster.Directory, "hunter2 shown");
        var file = Cluster.Directory.Secret("leak", "hunter2 shown");
        File.SetUnixFileMode(file, TestDirectory.ReadableByAll);
        using var process = System.Diagnostics.Process.Start("sh", ["-c", "sleep 30; :", "hunter2 shown"]);
        await Stolon.Testing.Eventually.BeTrueAsync(
            () => watch.Findings().Count == 2, TimeSpan.FromSeconds(10), "a process and a file are found");
        process.Kill(entireProcessTree: true);
        File.Delete(file);
    }
}
