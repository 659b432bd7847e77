using Stolon.Core.Model;
using Xunit;

namespace Stolon.Core.Tests.Model;

public sealed class ClusterSpecRulesTests
{
    private static readonly ClusterSpec Valid = new() { InitMode = ClusterInitMode.New };

    [Fact]
    public void A_specification_needs_no_more_than_an_init_mode() => Assert.Empty(ClusterSpecRules.Problems(Valid));

    [Fact]
    public void It_does_need_an_init_mode() =>
        Assert.Equal("initMode undefined", ClusterSpecRules.FirstProblem(new ClusterSpec()));

    [Fact]
    public void A_negative_duration_is_refused_by_name_and_zero_passes()
    {
        Assert.Equal(
            "sleepInterval must not be negative",
            ClusterSpecRules.FirstProblem(Valid with { SleepInterval = TimeSpan.FromTicks(-1) }));
        Assert.Null(ClusterSpecRules.FirstProblem(Valid with
        {
            SleepInterval = TimeSpan.Zero,
            RequestTimeout = TimeSpan.Zero,
            FailInterval = TimeSpan.Zero,
        }));
    }

    [Fact]
    public void Every_duration_is_checked_in_the_order_of_the_format()
    {
        var negative = TimeSpan.FromSeconds(-1);
        var spec = Valid with
        {
            SleepInterval = negative,
            RequestTimeout = negative,
            ConvergenceTimeout = negative,
            InitTimeout = negative,
            SyncTimeout = negative,
            DbWaitReadyTimeout = negative,
            FailInterval = negative,
            DeadKeeperRemovalInterval = negative,
            ProxyCheckInterval = negative,
            ProxyTimeout = negative,
        };
        string[] names =
        [
            "sleepInterval", "requestTimeout", "convergenceTimeout", "initTimeout", "syncTimeout", "dbWaitReadyTimeout",
            "failInterval", "deadKeeperRemovalInterval", "proxyCheckInterval", "proxyTimeout",
        ];
        Assert.Equal(
            names.Select(name => name + " must not be negative")
                .Append("proxyCheckInterval must be less than proxyTimeout"),
            ClusterSpecRules.Problems(spec));
    }

    [Theory]
    [InlineData(15, null, false)]
    [InlineData(14, null, true)]
    [InlineData(null, 5, false)]
    [InlineData(null, 6, true)]
    public void The_proxies_check_interval_is_shorter_than_their_timeout(int? check, int? timeout, bool valid) =>
        Assert.Equal(
            valid ? null : "proxyCheckInterval must be less than proxyTimeout",
            ClusterSpecRules.FirstProblem(Valid with
            {
                ProxyCheckInterval = check is { } c ? TimeSpan.FromSeconds(c) : null,
                ProxyTimeout = timeout is { } t ? TimeSpan.FromSeconds(t) : null,
            }));

    [Fact]
    public void Counts_of_standbys_are_checked()
    {
        Problem("maxStandbys must be at least 1", Valid with { MaxStandbys = 0 });
        Problem("maxStandbysPerSender must be at least 1", Valid with { MaxStandbysPerSender = 0 });
        Problem(
            "maxSynchronousStandbys must be at least 1",
            Valid with { MaxSynchronousStandbys = 0, MinSynchronousStandbys = 0 });
        Problem(
            "maxSynchronousStandbys must not be less than minSynchronousStandbys",
            Valid with { MinSynchronousStandbys = 2 });
        Assert.Null(ClusterSpecRules.FirstProblem(Valid with { MinSynchronousStandbys = 0 }));
    }

    [Theory]
    [InlineData("slot_01", null)]
    [InlineData("stolon01", null)]
    [InlineData("stolon_01", "replication slot name is reserved: \"stolon_01\"")]
    [InlineData("slot-01", "wrong replication slot name: \"slot-01\"")]
    [InlineData("Slot", "wrong replication slot name: \"Slot\"")]
    [InlineData("", "wrong replication slot name: \"\"")]
    [InlineData("slot\n", "wrong replication slot name: \"slot\n\"")]
    [InlineData("ſlot", "wrong replication slot name: \"ſlot\"")]
    public void Names_of_slots_are_valid_in_PostgreSQL_and_not_reserved(string name, string? problem) =>
        Assert.Equal(problem, ClusterSpecRules.FirstProblem(Valid with { ExtraPrimarySlots = [name] }));

    [Fact]
    public void An_entry_of_pg_hba_is_one_line() =>
        Problem("pgHBA entries must not contain a newline", Valid with { PgHba = ["host all all all md5\nhost x"] });

    [Fact]
    public void A_new_cluster_is_no_standby_cluster() => Problem(
        "initMode new cannot be used with cluster role standby",
        Valid with { Role = ClusterRole.Standby, StandbyConfig = new StandbyConfig() });

    [Fact]
    public void Existing_data_needs_its_keeper()
    {
        var spec = new ClusterSpec { InitMode = ClusterInitMode.Existing };
        Problem("existingConfig undefined, required with initMode existing", spec);
        Problem("existingConfig.keeperUID undefined", spec with { ExistingConfig = new ExistingConfig() });
        Assert.Null(
            ClusterSpecRules.FirstProblem(spec with { ExistingConfig = new ExistingConfig { KeeperUid = "k" } }));
    }

    [Fact]
    public void A_restore_needs_its_command()
    {
        var spec = new ClusterSpec { InitMode = ClusterInitMode.PointInTimeRecovery };
        Problem("pitrConfig undefined, required with initMode pitr", spec);
        Problem("pitrConfig.dataRestoreCommand undefined", spec with { PointInTimeConfig = new PointInTimeConfig() });

        var config = new PointInTimeConfig { DataRestoreCommand = "cp", RecoveryTarget = new RecoveryTargetSettings() };
        Assert.Null(ClusterSpecRules.FirstProblem(spec with { PointInTimeConfig = config }));
        Problem(
            "pitrConfig.recoveryTargetSettings cannot be used with cluster role standby",
            spec with
            {
                PointInTimeConfig = config,
                Role = ClusterRole.Standby,
                StandbyConfig = new StandbyConfig(),
            });
    }

    [Fact]
    public void A_standby_cluster_needs_its_source()
    {
        var spec = new ClusterSpec
        {
            InitMode = ClusterInitMode.PointInTimeRecovery,
            PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "cp" },
            Role = ClusterRole.Standby,
        };
        Problem("standbyConfig undefined, required with cluster role standby", spec);
        Assert.Null(ClusterSpecRules.FirstProblem(spec with { StandbyConfig = new StandbyConfig() }));
    }

    [Fact]
    public void The_list_has_all_problems_and_begins_with_the_first()
    {
        var spec = new ClusterSpec { MaxStandbys = 0, ExtraPrimarySlots = ["A", "stolon_b"], PgHba = ["\n", "\n"] };
        Assert.Equal(
            [
                "maxStandbys must be at least 1",
                "initMode undefined",
                "wrong replication slot name: \"A\"",
                "replication slot name is reserved: \"stolon_b\"",
                "pgHBA entries must not contain a newline",
                "pgHBA entries must not contain a newline",
            ],
            ClusterSpecRules.Problems(spec));
        Assert.Equal("maxStandbys must be at least 1", ClusterSpecRules.FirstProblem(spec));
    }

    private static void Problem(string expected, ClusterSpec spec) =>
        Assert.Equal([expected], ClusterSpecRules.Problems(spec));
}
