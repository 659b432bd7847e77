using Stolon.Testing;

namespace Stolon.Postgres.Tests;

public sealed class FrozenServerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_frozen_server_gives_no_answers_although_kept_connections_would()
    {
        await using var instance = await TestInstance.RunningAsync();
        var before = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.NotNull(before.Server!.Answers);

        await TestInstance.RunAsync("kill", "-STOP", $"{before.Server.ProcessId}");

        // The signal takes a moment to arrive.
        await Eventually.SeeAsync(
            () => instance.Server.InspectAsync(CancellationToken.None),
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
        var look = await instance.Server.InspectAsync(CancellationToken.None);
        var session = await instance.SqlAsync(
            "select string_agg(pid::text, ' ') from pg_stat_activity "
            + "where backend_type = 'client backend' and pid <> pg_backend_pid()");
        await TestInstance.RunAsync("kill", ["-STOP", .. session!.Split(' ')]);

        var frozen = await instance.Server.InspectAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(3));

        Assert.NotNull(look.Server!.Answers);
        Assert.Null(frozen.Server!.Answers);

        // The dead connection is not kept: a new one is made, while the old session still hangs.
        Assert.NotNull((await instance.Server.InspectAsync(CancellationToken.None).WaitAsync(Soon)).Server!.Answers);
        await TestInstance.RunAsync("kill", ["-CONT", .. session.Split(' ')]);
    }

    [Fact]
    public async Task A_server_that_hangs_for_long_does_not_use_up_the_connections()
    {
        await using var instance = await TestInstance.RunningAsync(
            o => o with { RequestTimeout = TimeSpan.FromMilliseconds(300) });

        // SIGSTOP would be seen; a server that is merely stuck takes connections and does not say a word.
        await instance.Server.StopAsync(CancellationToken.None);
        using var stuck = new StuckServer(instance);
        for (var look = 0; look < 8; look++)
        {
            Assert.Null((await instance.Server.InspectAsync(CancellationToken.None).WaitAsync(Soon)).Server!.Answers);
            Assert.False((await instance.Server.ObserveAsync(CancellationToken.None).WaitAsync(Soon)).Healthy);
        }

        Assert.True(stuck.Connections >= 8, $"{stuck.Connections} connections");
    }
}
