using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>The keepers' own trouble to ask their servers: it is the operator's to mend, and costs no client anything.
/// </summary>
[Collection(AsynchronousCluster.Name)]
public sealed class InternalUserTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    /// <summary>A keeper tries the passwords that it has had, too.</summary>
    private const string Unknown = "un'known";
    private const string Another = "an'other";
    private const string Streaming = "select count(*) from pg_stat_replication where state = 'streaming'";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_refused_replication_password_and_missing_sockets_cut_nobody_and_new_files_mend_it()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await ChangeAsync(primary, Sql.Replication, Unknown);
        foreach (var keeper in Cluster.Keepers)
        {
            File.Delete($"/tmp/.s.PGSQL.{keeper.Port}");
        }

        await Cluster.SeeAsync(
            s => Cluster.Keepers.All(k => s.Text.Contains($"user {Sql.Replication}: 28P01", StringComparison.Ordinal)),
            Soon,
            "the status tells the obstacle");
        await LongerThanFailuresCountAsync(writer);
        Assert.Equal((0, primary), (writer.Failures, await Cluster.PrimaryAsync()));
        Assert.DoesNotContain(Unknown, (await Cluster.Ctl.StatusAsync()).Text);

        // Standbys that lose their connection are refused until the files say the new password.
        GiveFiles("repl", Unknown);
        await primary.AskAsync("select count(pg_terminate_backend(pid)) from pg_stat_replication");
        await StreamAsync(primary, 2);

        await ChangeAsync(primary, Sql.Replication, Sql.ReplicationPassword);
        GiveFiles("repl", Sql.ReplicationPassword);
        await Cluster.SeeAsync(
            s => !s.Text.Contains("28P01", StringComparison.Ordinal), Soon, "there is no obstacle any more");
        Assert.Equal(0, writer.Failures);
    }

    [Fact]
    public async Task Both_passwords_are_changed_without_an_interruption()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        // Connections that are kept know no password: a keeper that logs in anew does.
        GiveFiles("su", Another);
        GiveFiles("repl", Another);
        await ChangeAsync(primary, Sql.Replication, Another);
        await ChangeAsync(primary, Sql.Superuser, Another);
        await Cluster.Proxy.AskAsync(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'stolon-keeper' "
            + "or backend_type = 'walsender'",
            Another);
        await LongerThanFailuresCountAsync(writer);
        await Eventually.BeAsync(
            "2",
            () => Cluster.Proxy.AskAsync(Streaming, Another),
            Soon,
            "standbys stream again");

        GiveFiles("su", Sql.SuperuserPassword);
        GiveFiles("repl", Sql.ReplicationPassword);
        await Cluster.Proxy.AskAsync(Change(Sql.Superuser, Sql.SuperuserPassword), Another);
        await ChangeAsync(primary, Sql.Replication, Sql.ReplicationPassword);
        await StreamAsync(primary, 2);
        Assert.Equal((0, primary), (writer.Failures, await Cluster.PrimaryAsync()));
    }

    private void GiveFiles(string kind, string password)
    {
        foreach (var keeper in Cluster.Keepers)
        {
            Cluster.Directory.Secret($"{keeper.Uid}.{kind}", password);
        }
    }

    private static async Task ChangeAsync(Keeper primary, string user, string password) =>
        Assert.NotNull(await primary.AskAsync(Change(user, password)));

    private static string Change(string user, string password) =>
        $"alter role {user} password E'{password.Replace("\\", "\\\\").Replace("'", "\\'")}'; select 1";

    private Task StreamAsync(Keeper primary, int standbys) => Eventually.BeAsync(
        $"{standbys}",
        () => primary.AskAsync(Streaming),
        Soon,
        $"standbys stream (logs: {Cluster.Directory.Logs})");

    /// <summary>The cluster's failInterval is 4 s, the rest of a failover takes less than as much again.</summary>
    private static Task LongerThanFailuresCountAsync(RowWriter writer)
    {
        var before = writer.Acknowledged[^1].At;
        return Eventually.BeTrueAsync(
            () => writer.Acknowledged[^1].At - before > TimeSpan.FromSeconds(8), 2 * Soon, "rows go on");
    }
}
