using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>Which primary's data belong to the cluster, by their timeline.</summary>
public sealed class ResyncTimelineTests
{
    private static readonly ClusterSpec Rewinding = World.New with { UsePgRewind = true };

    [Theory]
    [InlineData(2, "SaveInstance Start AwaitReady VerifyBranch")]
    [InlineData(0, "CloneBeside")]
    public void Data_promoted_to_a_timeline_the_cluster_never_knew_are_cloned(ulong acknowledged, string steps)
    {
        var rig = KeeperRig.Returned(Rewinding);
        WithSecondTimeline(rig, local: 0x1000000, followed: 3);
        rig.Local = rig.Local with { AcknowledgedTimeline = new Timeline(acknowledged) };
        Assert.Equal(steps, rig.Steps());
    }

    /// <summary>Its successor was elected on the previous timeline and took the same number. PostgreSQL compares only
    /// the number, and would stream without an error.</summary>
    [Theory]
    [InlineData(0x1000001UL, 3UL, "SaveInstance Rewind Start AwaitReady VerifyBranch")]
    [InlineData(0UL, 3UL, "SaveInstance Rewind Start AwaitReady VerifyBranch")]
    [InlineData(0x1000001UL, 2UL, "CloneBeside")]
    [InlineData(0UL, 2UL, "CloneBeside")]
    [InlineData(0x1000000UL, 2UL, "SaveInstance Rewind Start AwaitReady VerifyBranch")]
    public void Data_of_another_timeline_of_the_same_number_are_not_used_as_they_are(
        ulong local, ulong followed, string steps)
    {
        var rig = KeeperRig.Returned(Rewinding);
        WithSecondTimeline(rig, local, followed);
        rig.Local = rig.Local with { AcknowledgedTimeline = new Timeline(2) };
        Assert.Equal(steps, rig.Steps());
    }

    [Fact]
    public void A_primary_remembers_the_timeline_the_cluster_knows_it_by()
    {
        var rig = KeeperRig.Primary();
        rig.Local = rig.Local with { AcknowledgedTimeline = default };
        var saved = Assert.IsType<KeeperStep.SaveInstance>(Assert.Single(rig.Plan().Steps));
        Assert.Equal(rig.Assigned.Status.Timeline, saved.State.AcknowledgedTimeline);
    }

    /// <param name="local">Where the local timeline 2 began; 0: unknown.</param>
    /// <param name="followed">The timeline of the followed instance, whose timeline 2 began at 0x1000000.</param>
    private static void WithSecondTimeline(KeeperRig rig, ulong local, ulong followed)
    {
        ValueList<TimelineSwitch> began = local == 0 ? [] : [new(new Timeline(1), new Lsn(local), "promoted")];
        ValueList<TimelineSwitch> history =
        [
            new(new Timeline(1), new Lsn(0x1000000), "promoted"),
            new(new Timeline(2), new Lsn(ulong.MaxValue), "promoted"),
        ];
        rig.Observation = rig.Observation with
        {
            Data = rig.Observation.Data! with { Timeline = new Timeline(2), TimelineHistory = began },
        };
        rig.Change("i2", i => i with
        {
            Status = i.Status with
            {
                Timeline = new Timeline(followed),
                TimelineHistory = history.Where(h => h.Timeline < new Timeline(followed)).ToValueList(),
            },
        });
    }
}
