using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>What <c>stolonctl update --wait</c> says of who has not carried a specification out.</summary>
public sealed class SpecificationProgressTests
{
    [Theory]
    [InlineData(ComplaintSubject.Convergence)]
    [InlineData(ComplaintSubject.Data)]
    public void The_reason_why_a_keeper_has_not_carried_it_out_is_reported(ComplaintSubject subject)
    {
        var world = World.Running("k1");
        world.Change("i1", i => i with { Generation = i.Generation.Next });
        var keeper = new KeeperUid("k1");
        var reports = world.View().Keepers;
        reports = reports.With(keeper, reports[keeper] with
        {
            Complaints = [new Complaint(subject, "its data are another cluster's", WallTime.Never)],
        });

        var missing = Assert.Single(SpecificationProgress.Missing(world.Data, reports));

        Assert.Contains(": its data are another cluster's", missing, StringComparison.Ordinal);
    }
}
