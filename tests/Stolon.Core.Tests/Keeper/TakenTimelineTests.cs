using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>Two promotions from one point would take the same number, and PostgreSQL's files could not tell the two
/// histories apart.</summary>
public sealed class TakenTimelineTests
{
    private static readonly Lsn End = new(0x5000000);

    [Fact]
    public void A_timeline_that_a_replaced_primary_took_from_the_same_point_is_noted_before_the_promotion()
    {
        var plan = Elected(new Lsn(End.Value)).Plan();
        Assert.Equal("NoteTimeline Promote", KeeperRig.Names(plan));
        var note = Assert.IsType<KeeperStep.NoteTimeline>(plan.Steps[0]);
        Assert.Equal((new Timeline(2), new Timeline(1), End), (note.Taken, note.Fork.Timeline, note.Fork.SwitchPoint));
    }

    [Fact]
    public void From_another_point_the_histories_already_differ() =>
        Assert.Equal("Promote", KeeperRig.Names(Elected(new Lsn(End.Value - 8)).Plan()));

    private static KeeperRig Elected(Lsn position)
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { Role = InstanceRole.Primary, Follow = null });
        var uid = new InstanceUid("i2");
        var old = new InstanceUid("i1");
        var instances = rig.Data.Instances;
        rig.Data = rig.Data with
        {
            Instances = instances
                .With(uid, instances[uid] with
                {
                    Status = instances[uid].Status with { Timeline = new Timeline(1), Position = position },
                })
                .With(old, instances[old] with
                {
                    Status = instances[old].Status with
                    {
                        Timeline = new Timeline(2),
                        TimelineHistory = [new TimelineSwitch(new Timeline(1), End, "")],
                    },
                }),
        };
        return rig;
    }
}
