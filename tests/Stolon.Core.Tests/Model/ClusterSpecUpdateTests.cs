using Stolon.Core.Model;
using Xunit;

namespace Stolon.Core.Tests.Model;

public sealed class ClusterSpecUpdateTests
{
    private static readonly ClusterSpec Present = new() { InitMode = ClusterInitMode.New };

    private static readonly ClusterSpec Standby = new()
    {
        InitMode = ClusterInitMode.PointInTimeRecovery,
        PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "cp" },
        Role = ClusterRole.Standby,
        StandbyConfig = new StandbyConfig(),
    };

    [Fact]
    public void Settings_may_change() =>
        Assert.Null(ClusterSpecUpdate.FirstProblem(Present, Present with { MaxStandbys = 3, PgHba = [] }));

    [Fact]
    public void The_new_specification_must_be_valid_by_itself() =>
        Assert.Equal("initMode undefined", ClusterSpecUpdate.FirstProblem(Present, new ClusterSpec()));

    [Fact]
    public void The_init_mode_stays() => Assert.Equal(
        "cannot change cluster init mode",
        ClusterSpecUpdate.FirstProblem(
            Present,
            new ClusterSpec
            {
                InitMode = ClusterInitMode.Existing,
                ExistingConfig = new ExistingConfig { KeeperUid = "k" },
            }));

    [Fact]
    public void A_standby_cluster_may_become_a_primary_one() =>
        Assert.Null(ClusterSpecUpdate.FirstProblem(Standby, Standby with { Role = ClusterRole.Primary }));

    [Theory]
    [InlineData(null)]
    [InlineData(ClusterRole.Primary)]
    public void A_primary_cluster_does_not_become_a_standby_one(ClusterRole? said) =>
        Assert.Equal(
            ClusterSpecUpdate.PrimaryToStandby, ClusterSpecUpdate.FirstProblem(Standby with { Role = said }, Standby));
}
