using System.Globalization;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.EndToEnd.Tests.Rig.Stores;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>docs/manual/moving-the-store.md, step by step.</summary>
public sealed class StoreMoveTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_running_cluster_moves_to_another_store_without_a_restart_of_PostgreSQL()
    {
        await using var cluster = await TestCluster.StartAsync(ClusterShape.Asynchronous with { Keepers = 2 });
        await using var target = await ServerStore.ConsulAsync();
        try
        {
            var moved = TestCluster.ControlOf(target);
            var primary = await cluster.PrimaryAsync();
            var postmasters = cluster.Keepers.Select(k => k.Postmaster).ToList();
            await using var writer = await cluster.WriteRowsAsync();

            await Task.WhenAll(cluster.Sentinels.Select(s => s.StopAsync(Patience)));
            var document = await cluster.Ctl.RunAsync("clusterdata", "read");
            var file = Path.Combine(cluster.Directory.Data, "cluster.json");
            await File.WriteAllTextAsync(file, document, TestContext.Current.CancellationToken);
            await moved.RunAsync("clusterdata", "write", "--file", file);
            Assert.Equal(document, await moved.RunAsync("clusterdata", "read"));
            Assert.NotEqual(0, (await moved.TryAsync("clusterdata", "write", "--file", file)).ExitCode);

            await UseEverywhereAsync(target.Options, cluster, writer);

            await Eventually.SeeAsync(
                moved.StatusAsync,
                s => s.Settled(2) && s.Proxies.Count == 1 && s.Primary == primary.Uid,
                Patience,
                $"all programs work on the new store (logs: {cluster.Directory.Logs})");
            // A proxy's report comes before a sentinel has counted it in.
            await Eventually.BeAsync(
                primary.Port.ToString(CultureInfo.InvariantCulture),
                () => cluster.Proxy.AskAsync("select inet_server_port()"),
                Patience,
                $"the proxy forwards again (logs: {cluster.Directory.Logs})");
            await writer.ProceedsAsync(Patience);
            output.WriteLine($"moved: {writer.LongestGap.TotalSeconds:0.0} s without writes");
            Assert.Equal(postmasters, cluster.Keepers.Select(k => k.Postmaster));
            await writer.StopAsync();
            Assert.Empty(await cluster.MissingAsync(writer));

            await primary.KillWithPostgresAsync();
            await Eventually.SeeAsync(
                moved.StatusAsync,
                s => s.Primary is not null && s.Primary != primary.Uid,
                Patience,
                $"the new store's sentinels elect another (logs: {cluster.Directory.Logs})");
        }
        finally
        {
            cluster.KeepLogsOfFailure();
        }
    }

    /// <summary>Keepers, without their PostgreSQL; proxies; sentinels.</summary>
    private static async Task UseEverywhereAsync(
        IReadOnlyList<string> options, TestCluster cluster, RowWriter writer)
    {
        foreach (var keeper in cluster.Keepers)
        {
            keeper.Process.Kill();
            Use(options, keeper.Process);
        }

        Assert.Equal(0, writer.Failures);
        foreach (var proxy in cluster.Proxies)
        {
            await proxy.Process.StopAsync(Patience);
            Use(options, proxy.Process);
        }

        foreach (var sentinel in cluster.Sentinels)
        {
            Use(options, sentinel);
        }
    }

    /// <summary>Starts it with the other store.</summary>
    private static void Use(IReadOnlyList<string> options, TestProcess process)
    {
        foreach (var pair in options.Chunk(2))
        {
            process.Change(pair[0], pair[1]);
        }

        process.Start();
    }
}
