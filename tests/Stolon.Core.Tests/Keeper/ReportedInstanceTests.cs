using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class ReportedInstanceTests
{
    private static readonly PostgresReport Seen = new() { ListenAddress = "10.0.0.1", Port = "5432" };

    [Theory]
    [InlineData(false, "i3", 0)]
    [InlineData(true, "i1", 4)]
    public void A_keeper_reports_for_its_future_copy_after_its_server_has_ended(
        bool runs, string instance, long generation)
    {
        var rig = KeeperRig.Returned();
        var local = new InstanceState { Uid = new InstanceUid("i1"), Generation = new Generation(4) };
        var report = ReportedInstance.Attribute(Seen with { Healthy = runs }, local, rig.Assigned);
        Assert.Equal(
            (new InstanceUid(instance), new Generation(generation), "10.0.0.1"),
            (report.Instance!.Value, report.Generation, report.ListenAddress));
    }

    /// <summary>Its data were lost: the sentinel must see that they are not the instance's.</summary>
    [Fact]
    public void A_keeper_never_reports_for_an_instance_that_is_not_its_future_copy()
    {
        var rig = KeeperRig.Primary();
        Assert.Null(ReportedInstance.Attribute(Seen, InstanceState.Empty, rig.Assigned).Instance);
        Assert.Null(ReportedInstance.Attribute(Seen, InstanceState.Empty, null).Instance);
    }
}
