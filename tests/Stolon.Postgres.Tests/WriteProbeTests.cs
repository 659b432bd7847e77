using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>Whether the primary still brings writes to its disk.</summary>
public sealed class WriteProbeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    /// <summary>The keeper's session for this purpose.</summary>
    private const string Probes =
        "from pg_stat_activity where application_name = 'stolon-keeper' and query like '%archive_timeout%'";

    /// <summary>One more with each write.</summary>
    private const string NextTransaction = "select pg_snapshot_xmax(pg_current_snapshot())::text";

    [Fact]
    public async Task A_write_that_hangs_is_told_beside_the_observation_and_no_second_one_is_begun()
    {
        await using var instance = await TestInstance.RunningAsync(
            o => o with { RequestTimeout = TimeSpan.FromSeconds(1) });
        var before = await instance.SqlAsync(NextTransaction);
        await ObserveAsync(instance);
        await Eventually.SeeAsync(
            () => instance.SqlAsync(NextTransaction), now => now != before, Soon, "a small write has been done");
        var probe = (await instance.SqlAsync($"select pid::text {Probes}"))!;
        await TestInstance.RunAsync("kill", "-STOP", probe);

        var seen = await Eventually.SeeAsync(
            () => ObserveAsync(instance), seen => seen.WriteProblem is not null, Soon, "it hangs");
        Assert.True(seen.Healthy, seen.Reason);
        Assert.Equal("1", await instance.SqlAsync($"select count(*) {Probes}"));

        await TestInstance.RunAsync("kill", "-CONT", probe);
        await Eventually.SeeAsync(
            () => ObserveAsync(instance), seen => seen is { Healthy: true, WriteProblem: null }, Soon, "it came back");
    }

    [Fact, Trait("PostgreSQL", "version")]
    public async Task Where_WAL_files_are_archived_by_time_an_idle_server_is_left_idle()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await instance.StartAsync(instance.Configuration(("archive_timeout", "60")));
        var before = await instance.SqlAsync(NextTransaction);

        await ObserveAsync(instance);

        await Eventually.BeAsync(
            "1", () => instance.SqlAsync($"select count(*) {Probes} and state = 'idle'"), Soon, "it has looked");
        Assert.Equal(before, await instance.SqlAsync(NextTransaction));
    }

    private static Task<PostgresReport> ObserveAsync(TestInstance instance) =>
        instance.Server.ObserveAsync(CancellationToken.None);
}
