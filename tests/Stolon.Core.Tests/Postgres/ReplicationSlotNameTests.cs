using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class ReplicationSlotNameTests
{
    [Fact]
    public void Our_slots_carry_our_prefix()
    {
        Assert.Equal("stolon_0c37a39e", ReplicationSlotName.Of(new InstanceUid("0c37a39e")));
        Assert.Equal("stolon_backup", ReplicationSlotName.OfAdditional("backup"));
    }

    [Theory]
    [InlineData("stolon_a", true)]
    [InlineData("stolon", false)]
    [InlineData("Stolon_a", false)]
    [InlineData("my_stolon_a", false)]
    public void Slots_of_others_are_recognized_by_their_name(string slot, bool ours) =>
        Assert.Equal(ours, ReplicationSlotName.IsOurs(slot));

    [Fact]
    public void An_application_name_identifies_the_instance()
    {
        Assert.Equal(new InstanceUid("0c37a39e"), ReplicationSlotName.InstanceOf("stolon_0c37a39e"));
        Assert.Null(ReplicationSlotName.InstanceOf("walreceiver"));
    }

    [Theory]
    [InlineData("replslot01", null)]
    [InlineData("_9", null)]
    [InlineData("", "wrong replication slot name: \"\"")]
    [InlineData("Slot", "wrong replication slot name: \"Slot\"")]
    [InlineData("bad-name", "wrong replication slot name: \"bad-name\"")]
    [InlineData("bad\n", "wrong replication slot name: \"bad\n\"")]
    [InlineData("é", "wrong replication slot name: \"é\"")]
    [InlineData("stolon_backup", "replication slot name is reserved: \"stolon_backup\"")]
    public void Additional_slots_need_a_plain_name_outside_our_prefix(string name, string? problem) =>
        Assert.Equal(problem, ReplicationSlotName.ProblemWith(name));
}
