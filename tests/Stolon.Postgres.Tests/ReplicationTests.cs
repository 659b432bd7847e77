using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

public sealed class ReplicationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_clone_streams_is_promoted_and_its_old_primary_is_rewound()
    {
        await using var old = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(old);
        await old.SqlAsync("create table t as select 1 as n");
        await Eventually.BeTrueAsync(
            async () => (await standby.Server.ObserveAsync(CancellationToken.None)).Position
                >= (await old.Server.ObserveAsync(CancellationToken.None)).Position,
            Soon,
            "the standby catches up");
        var look = await standby.Server.LookAsync(CancellationToken.None);
        Assert.Equal(InstanceRole.Standby, look.Data!.Role);
        Assert.True(look.Server!.Answers!.InRecovery);

        // The old primary goes on alone for a while, and crashes: it must be rewound.
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        await old.SqlAsync("insert into t select generate_series(1, 1000)");
        var process = old.ProcessId;
        await TestInstance.RunAsync("kill", "-QUIT", $"{process}");
        await old.Server.WaitForExitAsync(CancellationToken.None).WaitAsync(Soon);
        await standby.Server.CreateSlotAsync("stolon_old", CancellationToken.None);
        await old.Server.RewindAsync(standby.Address, new InstanceUid("old"), CancellationToken.None);
        await old.StartAsync(old.Configuration() with
        {
            Recovery = RecoveryMode.Standby,
            RecoveryParameters = RecoveryParameters.For(
                RecoveryParameters.Following(
                    ConnectionInfo.ForReplication(
                        standby.Address, TestInstance.Replication, TestInstance.ReplicationPassword, new InstanceUid("old")),
                    new InstanceUid("old")),
                null,
                null),
        });

        Assert.Equal("1", await old.SqlAsync("select count(*) from t"));
        var promoted = await standby.Server.ObserveAsync(CancellationToken.None);
        Assert.True(promoted.Healthy);
        Assert.Equal(new Timeline(2), promoted.Timeline);
        Assert.Equal(new Timeline(1), Assert.Single(promoted.TimelineHistory).Timeline);
        await Eventually.SeeAsync(
            () => old.Server.ObserveAsync(CancellationToken.None),
            seen => seen is { Healthy: true, Timeline.Value: 2 } && seen.SystemIdentifier == promoted.SystemIdentifier
                && seen.TimelineHistory == promoted.TimelineHistory,
            Soon,
            "the rewound one follows the new timeline");
        NoPasswordIn(old.Log);
        NoPasswordIn(standby.Log);
    }

    [Fact]
    public async Task An_in_sync_standby_is_reported_by_its_instance()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);

        await primary.Server.ReloadAsync(
            primary.Configuration(("synchronous_standby_names", ReplicationSlotName.Of(standby.Uid))), CancellationToken.None);

        await Eventually.SeeAsync(
            async () => (await primary.Server.LookAsync(CancellationToken.None)).Server!.Answers!,
            answers => answers.SynchronousStandbys == [standby.Uid] && answers.Slots == ["stolon_self"],
            Soon,
            "the standby is in sync");
        Assert.Equal([standby.Uid], (await primary.Server.ObserveAsync(CancellationToken.None)).SynchronousStandbys!.Value);
        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => primary.Server.DropSlotAsync("stolon_self", CancellationToken.None));
        Assert.Contains("active", failure.Message);
    }

    [Fact]
    public async Task A_clone_that_fails_leaves_an_empty_directory_and_says_why()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = TestInstance.Empty();

        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => standby.Server.CloneAsync(
            primary.Address, standby.Uid, "stolon_missing", CancellationToken.None));

        Assert.Contains("pg_basebackup failed with exit code 1", failure.Message);
        Assert.Contains("\"stolon_missing\" does not exist", failure.Message);
        var look = await standby.Server.LookAsync(CancellationToken.None);
        Assert.False(look.DirectoryHasFiles);
        Assert.Empty(Directory.GetFiles(standby.Directory));
        NoPasswordIn(standby.Log);
    }

    private static void NoPasswordIn(CapturedLog log) =>
        Assert.DoesNotContain(log.Texts, t => t.Contains("p'w") || t.Contains(@"p\'w"));
}
