using System.Text;
using System.Text.Json.Nodes;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.EndToEnd.Tests.Rig.Go;
using Stolon.Testing;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests;

/// <summary>What the original's programs leave is taken over as it is, by one of ours at a time, and what ours leave
/// would do for the original's.</summary>
public sealed class UpgradeTests(UpgradeTests.TakenOverCluster fixture)
    : ClusterTest(fixture), IClassFixture<UpgradeTests.TakenOverCluster>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    public sealed class TakenOverCluster() : ClusterFixture(ClusterShape.Asynchronous with
    {
        Keepers = 2,
        Sentinels = 1,

        // The original's default, and time for an upgrade by hand.
        Specification = ClusterShape.Asynchronous.Specification.Replace(
            "\"failInterval\":\"4s\"", "\"failInterval\":\"20s\"", StringComparison.Ordinal),
    });

    /// <summary>Order of the starts: k = the standby's keeper, K = the primary's, s = sentinel, p = proxy.</summary>
    [Theory]
    [InlineData("kspK", true)]
    [InlineData("pKks", true)]
    [InlineData("sKpk", false)]
    public async Task Keepers_take_over_in_any_order_what_the_originals_leave(string order, bool running)
    {
        var primary = await Cluster.PrimaryAsync();
        var standby = Cluster.Others(primary).Single();
        await EndAllAsync();
        if (!running)
        {
            await StopPostgresAsync(primary);
            await StopPostgresAsync(standby);
        }

        GoLeftovers.Make(primary, primary: true);
        GoLeftovers.Make(standby, primary: false);
        await RewriteClusterDataAsync();
        var before = await InspectAsync(running);

        // What clients have while nobody manages PostgreSQL.
        await using var writer = running ? await RowWriter.StartAsync(primary.Port) : null;
        foreach (var part in order)
        {
            var process = part switch
            {
                'k' => standby.Process,
                'K' => primary.Process,
                's' => Cluster.Sentinels[0],
                _ => Cluster.Proxy.Process,
            };
            var said = process.Log.Length;
            process.Start();
            await Eventually.BeTrueAsync(() => process.Log.Length > said, Soon, $"{process.Name} is at work");
        }

        await Cluster.SettleAsync(2);
        await using (var clients = await Cluster.WriteRowsAsync())
        {
            Assert.Equal(before, await InspectAsync(running));
            Assert.Equal(primary, await Cluster.PrimaryAsync());
        }

        Assert.Equal(0, writer?.Failures ?? 0);
    }

    [Fact]
    public async Task What_we_leave_after_a_failover_would_do_for_the_originals()
    {
        await using var tap = new StoreTap(Cluster.Etcd.Json, TestCluster.BasePath);
        var former = await Cluster.PrimaryAsync();
        Assert.Equal(0, await former.Process.StopAsync(TimeSpan.FromSeconds(30)));
        await Cluster.SuccessorAsync(former, FailoverTime);
        await Cluster.HealAsync();
        Assert.True(await former.IsStandbyAsync());

        Assert.All(Cluster.Keepers, keeper => Assert.Empty(GoLeftovers.Problems(keeper)));
        Assert.Empty(tap.Problems);
        Assert.All(["clusterdata", "keepers", "proxies", "sentinels"], kind => Assert.True(tap.Documents[kind] > 0));
    }

    /// <summary>What must stay: instances with their generations, data, timelines and, where it runs, PostgreSQL.
    /// </summary>
    private async Task<string> InspectAsync(bool running)
    {
        var data = JsonNode.Parse((await Cluster.Etcd.Json.GetAsync(TestCluster.BasePath + "/clusterdata"))!)!;
        var seen = new StringBuilder((string)data["cluster"]!["status"]!["master"]!);
        foreach (var (uid, db) in data["dbs"]!.AsObject())
        {
            var status = db!["status"]!;
            seen.Append($"\n{uid} {db["spec"]!["keeperUID"]} {db["generation"]} {status["timelineID"]}");
        }

        foreach (var keeper in Cluster.Keepers)
        {
            foreach (var (file, type) in new[] { ("keeperstate", GoTypes.KeeperState), ("dbstate", GoTypes.DbState) })
            {
                var state = GoReader.Read(type, await File.ReadAllBytesAsync(keeper.StateFile(file)));
                seen.Append('\n').Append(state!.ToJsonString());
            }

            seen.Append('\n').Append(keeper.BirthOfData()).Append(' ');
            seen.Append(running ? keeper.Postmaster : 0);
        }

        return seen.ToString();
    }

    /// <summary>Killed, so that PostgreSQL goes on; what their leases would do in 20 s is done at once.</summary>
    private async Task EndAllAsync()
    {
        foreach (var process in Cluster.Keepers.Select(k => k.Process)
            .Concat(Cluster.Sentinels).Append(Cluster.Proxy.Process))
        {
            process.Kill();
        }

        foreach (var place in (string[])["proxies/info", "sentinels/info", "sentinel-leader"])
        {
            foreach (var (key, _, _) in await Cluster.Etcd.Json.ListAsync($"{TestCluster.BasePath}/{place}/"))
            {
                await Cluster.Etcd.Json.DeleteAsync(key);
            }
        }
    }

    /// <summary>As the original's keeper stops it (docs/spec/keeper.md 5.4).</summary>
    private Task StopPostgresAsync(Keeper keeper) => new PlainPostgres(Cluster.Directory).RunAsync(
        "pg_ctl-" + keeper.Uid,
        Path.Combine(Programs.PostgresDirectory, "pg_ctl"), "stop", "-w", "-D", keeper.PostgresDirectory, "-m", "fast");

    /// <summary>As the original's sentinel had written them last.</summary>
    private async Task RewriteClusterDataAsync()
    {
        var key = TestCluster.BasePath + "/clusterdata";
        var data = GoReader.Read(
            GoTypes.ClusterData, Encoding.UTF8.GetBytes((await Cluster.Etcd.Json.GetAsync(key))!));
        await Cluster.Etcd.Json.PutAsync(key, Encoding.UTF8.GetString(GoWriter.Write(GoTypes.ClusterData, data)));
    }
}
