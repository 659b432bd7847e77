using Stolon.Ctl.Discovery;
using Xunit;
using static Stolon.Ctl.Tests.Discovery.Discovered;

namespace Stolon.Ctl.Tests.Discovery;

public sealed class RegistrationPlanTests
{
    [Fact]
    public void Services_that_are_up_to_date_are_not_changed()
    {
        var plan = RegistrationPlan.For(
            [Own(Service("a", 1, "x", "y")), Elsewhere(Service("b", 2, "x"))],
            [Service("a", 1, "x", "y"), Service("b", 2, "x")]);

        Assert.Empty(plan.Deregister);
        Assert.Empty(plan.Register);
        Assert.Empty(plan.Elsewhere);
    }

    [Fact]
    public void What_is_missing_is_registered_and_what_is_no_more_is_deregistered()
    {
        var plan = RegistrationPlan.For([Own(Service("b")), Own(Service("a"))], [Service("d"), Service("c")]);

        Assert.Equal(["a", "b"], plan.Deregister);
        Assert.Equal(["d", "c"], plan.Register.Select(s => s.Id));
    }

    [Theory]
    [InlineData("y", "x")]
    [InlineData("x")]
    [InlineData("x", "y", "z")]
    public void Other_tags_or_another_order_of_them_are_registered_in_place(params string[] tags)
    {
        var plan = RegistrationPlan.For([Own(Service("a", 1, "x", "y"))], [Service("a", 1, tags)]);

        Assert.Empty(plan.Deregister);
        Assert.Equal([Service("a", 1, tags)], plan.Register);
    }

    [Fact]
    public void Another_address_or_port_is_deregistered_first_since_its_check_is_of_the_old_one()
    {
        foreach (var moved in new[] { Service("a", 2), Service("a", 1) with { Address = "10.0.0.1" } })
        {
            var plan = RegistrationPlan.For([Own(Service("a", 1))], [moved]);

            Assert.Equal(["a"], plan.Deregister);
            Assert.Equal([moved], plan.Register);
        }
    }

    [Fact]
    public void What_is_registered_with_another_agent_is_never_deregistered()
    {
        var plan = RegistrationPlan.For([Elsewhere(Service("a")), Elsewhere(Service("b", 1, "x"))], [Service("b", 1)]);

        Assert.Empty(plan.Deregister);
        Assert.Equal([Service("b", 1)], plan.Register);
        Assert.Equal(["a", "b"], plan.Elsewhere.Select(r => r.Service.Id));
    }

    [Fact]
    public void Of_one_id_registered_with_both_ours_is_put_right()
    {
        var plan = RegistrationPlan.For(
            [Elsewhere(Service("a", 1, "new")), Own(Service("a", 1, "old"))], [Service("a", 1, "new")]);

        Assert.Equal([Service("a", 1, "new")], plan.Register);
        Assert.Empty(plan.Elsewhere);
    }

    [Fact]
    public void Without_anything_wanted_everything_of_ours_goes() =>
        Assert.Equal(["a"], RegistrationPlan.For([Own(Service("a")), Elsewhere(Service("b"))], []).Deregister);
}
