using Stolon.Core.Keeper;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class StandbyPlanTests
{
    [Fact]
    public void A_standby_is_not_sent_to_a_server_that_has_no_slot_for_it_yet()
    {
        var rig = KeeperRig.Standby();
        rig.Change("i1", i => i with
        {
            Generation = i.Generation.Next,
            Status = i.Status with { ListenAddress = "10.0.0.9" },
        });
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        rig.Change("i1", i => i with { Status = i.Status with { CurrentGeneration = i.Generation } });
        Assert.Equal("Reload", rig.Steps());
    }
}
