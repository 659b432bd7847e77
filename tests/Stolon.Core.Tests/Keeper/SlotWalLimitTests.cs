using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class SlotWalLimitTests
{
    private const long GiB = 1L << 30;

    [Theory]
    [InlineData(300, 290, "102400MB")]
    [InlineData(300, 20, "10240MB")]
    [InlineData(0.25, 0.2, "128MB")]
    public void A_new_cluster_gets_a_limit_that_follows_its_disk(double total, double free, string limit) =>
        Assert.Equal(limit, LimitOf(Fresh(total, free)));

    [Fact]
    public void A_value_set_by_the_operator_wins()
    {
        var rig = Fresh(300, 290);
        rig.ChangeAssigned(s => s with { PgParameters = s.PgParameters.With("max_slot_wal_keep_size", "7GB") });
        Assert.Equal("7GB", LimitOf(rig));
    }

    [Fact]
    public void PostgreSQL_before_13_gets_no_limit()
    {
        var rig = Fresh(300, 290);
        rig.Observation = rig.Observation with { Version = new PostgresVersion(12, 20) };
        Assert.Null(LimitOf(rig));
    }

    [Fact]
    public void Without_merged_parameters_no_limit_is_set()
    {
        var rig = Fresh(300, 290);
        rig.ChangeAssigned(s => s with { IncludePreviousConfig = false });
        Assert.Null(LimitOf(rig));
    }

    [Fact]
    public void A_cluster_that_exists_is_not_touched()
    {
        var rig = KeeperRig.Primary();
        rig.Observation = rig.Observation with { WalDisk = new DiskSpace(300 * GiB, 290 * GiB), Server = null };
        Assert.Null(LimitOf(rig));
    }

    [Fact]
    public void Much_WAL_kept_by_unused_slots_is_reported_for_each_slot()
    {
        var report = new PostgresReport
        {
            Slots =
            [
                new SlotUse("stolon_i2", false, 3 * GiB, "extended"),
                new SlotUse("other", true, 9 * GiB, "extended"),
                new SlotUse("stolon_i3", false, 0, "lost"),
            ],
            WalDisk = new DiskSpace(100 * GiB, GiB),
        };
        var text = WalComplaint.Of(report);
        Assert.Contains("1.0 GiB of 100.0 GiB are free", text, StringComparison.Ordinal);
        Assert.Contains("stolon_i2, which keeps 3.0 GiB of WAL", text, StringComparison.Ordinal);
        Assert.Contains("stolon_i3, which has lost its WAL", text, StringComparison.Ordinal);
        Assert.DoesNotContain("other", text, StringComparison.Ordinal);
        Assert.Null(WalComplaint.Of(new PostgresReport { Slots = [new SlotUse("a", false, GiB / 2, null)] }));
    }

    private static KeeperRig Fresh(double total, double free)
    {
        var rig = KeeperRig.Primary();
        rig.Local = InstanceState.Empty;
        rig.ChangeAssigned(s => s with { InitMode = InstanceInitMode.New, IncludePreviousConfig = true });
        rig.Observation = rig.Observation with
        {
            Server = null,
            Data = null,
            WalDisk = new DiskSpace((long)(total * GiB), (long)(free * GiB)),
        };
        return rig;
    }

    private static string? LimitOf(KeeperRig rig) => rig.Plan().Steps.OfType<KeeperStep.Start>().Single()
        .Configuration.Parameters.TryGetValue("max_slot_wal_keep_size", out var limit) ? limit : null;
}
