using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>Whether the primary still brings writes to its disk.</summary>
public sealed class WriteProbeTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private const string Probes =
        "from pg_stat_activity where application_name = 'stolon-keeper' and query like '%emit_message%'";

    [Fact]
    public async Task A_write_that_hangs_is_told_beside_the_observation_and_no_second_one_is_begun()
    {
        await using var instance = await TestInstance.RunningAsync(
            o => o with { RequestTimeout = TimeSpan.FromSeconds(1) });
        await ObserveAsync(instance);
        var probe = "";
        await Eventually.BeTrueAsync(
            async () => (probe = await instance.SqlAsync($"select pid::text {Probes}") ?? "").Length > 0,
            Soon,
            "a small write has been tried");
        await TestInstance.RunAsync("kill", "-STOP", probe);

        var seen = await Eventually.SeeAsync(
            () => ObserveAsync(instance), seen => seen.WriteProblem is not null, Soon, "it hangs");
        Assert.True(seen.Healthy, seen.Reason);
        Assert.Equal("1", await instance.SqlAsync($"select count(*) {Probes}"));

        await TestInstance.RunAsync("kill", "-CONT", probe);
        await Eventually.SeeAsync(
            () => ObserveAsync(instance), seen => seen is { Healthy: true, WriteProblem: null }, Soon, "it came back");
    }

    [Fact]
    public async Task Where_clients_write_or_wal_files_are_archived_by_time_the_keeper_writes_nothing()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await instance.StartAsync(instance.Configuration(("archive_timeout", "60")));
        await ObserveAsync(instance);
        await Eventually.BeTrueAsync(
            async () => await instance.SqlAsync(
                "select count(*) from pg_stat_activity where application_name = 'stolon-keeper' "
                + "and query like '%archive_timeout%' and state = 'idle'") == "1",
            Soon,
            "it has looked");
        Assert.Equal("0", await instance.SqlAsync($"select count(*) {Probes}"));
    }

    private static Task<PostgresReport> ObserveAsync(TestInstance instance) =>
        instance.Server.ObserveAsync(CancellationToken.None);
}
