using Stolon.Testing;

namespace Stolon.Postgres.Tests;

public sealed class FrozenServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_frozen_server_gives_no_answers_although_kept_connections_would()
    {
        await using var instance = await TestInstance.RunningAsync();
        var before = await instance.Server.LookAsync(CancellationToken.None);
        Assert.NotNull(before.Server!.Answers);

        await TestInstance.RunAsync("kill", "-STOP", $"{before.Server.ProcessId}");

        // The signal takes a moment to arrive.
        await Eventually.SeeAsync(
            () => instance.Server.LookAsync(CancellationToken.None),
            look => look.Server!.ProcessId == before.Server.ProcessId && look.Server.Answers is null,
            Soon,
            "frozen, it gives no answers");
        Assert.False((await instance.Server.ObserveAsync(CancellationToken.None).WaitAsync(Soon)).Healthy);
        await TestInstance.RunAsync("kill", "-CONT", $"{before.Server.ProcessId}");
        await Eventually.BeTrueAsync(
            async () => (await instance.Server.ObserveAsync(CancellationToken.None)).Healthy,
            Soon,
            "thawed, it is healthy");
    }

    [Fact]
    public async Task Stopping_a_frozen_server_can_be_given_up()
    {
        await using var instance = await TestInstance.RunningAsync();
        var id = instance.ProcessId;
        await TestInstance.RunAsync("kill", "-STOP", $"{id}");
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => instance.Server.StopAsync(giveUp.Token).WaitAsync(Soon));

        await TestInstance.RunAsync("kill", "-CONT", $"{id}");
        await instance.Server.WaitForExitAsync(CancellationToken.None).WaitAsync(Soon);
    }

    [Fact]
    public async Task A_server_whose_sessions_hang_gives_no_answers_within_the_request_timeout()
    {
        await using var instance = await TestInstance.RunningAsync(
            o => o with { RequestTimeout = TimeSpan.FromSeconds(1) });
        var look = await instance.Server.LookAsync(CancellationToken.None);
        var session = await instance.SqlAsync(
            "select string_agg(pid::text, ' ') from pg_stat_activity "
            + "where backend_type = 'client backend' and pid <> pg_backend_pid()");
        await TestInstance.RunAsync("kill", ["-STOP", .. session!.Split(' ')]);

        var frozen = await instance.Server.LookAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(3));

        Assert.NotNull(look.Server!.Answers);
        Assert.Null(frozen.Server!.Answers);
        await TestInstance.RunAsync("kill", ["-CONT", .. session.Split(' ')]);
    }
}
