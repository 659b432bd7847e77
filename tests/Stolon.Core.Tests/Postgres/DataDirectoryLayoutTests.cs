using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class DataDirectoryLayoutTests
{
    private static readonly PostgresVersion Nine = new(9, 6);
    private static readonly PostgresVersion Eleven = new(11, 0);
    private static readonly PostgresVersion Twelve = new(12, 0);

    private static readonly string[] Always =
    [
        "PG_VERSION", "base", "global", "pg_dynshmem", "pg_logical", "pg_multixact", "pg_notify", "pg_replslot",
        "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase",
        "global/pg_control",
    ];

    public static TheoryData<string> Needed => [.. Always, "pg_xact", "pg_wal"];

    [Fact]
    public void A_complete_directory_is_initialized()
    {
        Assert.True(DataDirectoryLayout.IsInitialized(Twelve, With([.. Always, "pg_xact", "pg_wal"])));
        Assert.True(DataDirectoryLayout.IsInitialized(
            Nine, With([.. Always, "pg_clog", DataDirectoryLayout.WalDirectory(Nine)])));
    }

    [Theory]
    [MemberData(nameof(Needed))]
    public void A_directory_with_one_missing_name_is_not_initialized(string missing) =>
        Assert.False(DataDirectoryLayout.IsInitialized(
            Twelve, name => name != missing && With([.. Always, "pg_xact", "pg_wal"])(name)));

    [Fact]
    public void The_names_of_another_version_do_not_count() =>
        Assert.False(DataDirectoryLayout.IsInitialized(Nine, With([.. Always, "pg_xact", "pg_wal"])));

    [Fact]
    public void Signal_files_replaced_the_recovery_file_in_twelve()
    {
        Assert.Equal("standby.signal", DataDirectoryLayout.RecoveryFile(Twelve, RecoveryMode.Standby));
        Assert.Equal("recovery.signal", DataDirectoryLayout.RecoveryFile(Twelve, RecoveryMode.Recovery));
        Assert.Equal("recovery.conf", DataDirectoryLayout.RecoveryFile(Eleven, RecoveryMode.Standby));
        Assert.Equal("recovery.conf", DataDirectoryLayout.RecoveryFile(Eleven, RecoveryMode.Recovery));
        Assert.Null(DataDirectoryLayout.RecoveryFile(Twelve, RecoveryMode.None));
        Assert.Null(DataDirectoryLayout.RecoveryFile(Eleven, RecoveryMode.None));
    }

    [Fact]
    public void The_role_is_read_from_the_file_of_the_version()
    {
        Assert.True(DataDirectoryLayout.IsStandby(Twelve, With(["standby.signal"])));
        Assert.False(DataDirectoryLayout.IsStandby(Twelve, With(["recovery.conf"])));
        Assert.True(DataDirectoryLayout.IsStandby(Eleven, With(["recovery.conf"])));
        Assert.False(DataDirectoryLayout.IsStandby(Eleven, With(["standby.signal"])));
    }

    [Fact]
    public void Recovery_is_finished_when_its_file_has_gone_or_was_renamed()
    {
        Assert.True(DataDirectoryLayout.RecoveryFinished(Twelve, With([])));
        Assert.False(DataDirectoryLayout.RecoveryFinished(Twelve, With(["recovery.signal"])));
        Assert.True(DataDirectoryLayout.RecoveryFinished(Eleven, With(["recovery.done"])));
        Assert.False(DataDirectoryLayout.RecoveryFinished(Eleven, With(["recovery.conf"])));
    }

    private static Func<string, bool> With(string[] names) => name => names.Contains(name);
}
