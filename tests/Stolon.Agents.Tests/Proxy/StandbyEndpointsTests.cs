using System.Net;
using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Tests.Proxy;

public sealed class StandbyEndpointsTests
{
    private static readonly ServerAddress Address = new("two.example", "5432");
    private static readonly ServerAddress Other = new("deux.example", "5432");
    private static readonly ReadTarget Target = new(Clusters.I2, Address, Behind: false);
    private static readonly IPEndPoint Here = IPEndPoint.Parse("10.0.0.22:5432");
    private static readonly IPEndPoint There = IPEndPoint.Parse("10.0.0.23:5432");

    private readonly StandbyEndpoints _endpoints = new();

    public StandbyEndpointsTests() => _endpoints.Follow([Target]);

    [Fact]
    public void Before_the_first_look_up_no_endpoint_is_known() => Assert.Null(_endpoints.Of(Clusters.I2, Address));

    [Fact]
    public void An_answer_is_valid_until_the_next_one_despite_failures()
    {
        _endpoints.LookedUp(Clusters.I2, Address, Here);
        _endpoints.LookedUp(Clusters.I2, Address, null);
        _endpoints.Follow([Target with { Behind = true }]);
        _endpoints.LookedUp(Clusters.I2, Address, null);

        Assert.Equal(Here, _endpoints.Of(Clusters.I2, Address));
        _endpoints.LookedUp(Clusters.I2, Address, There);
        Assert.Equal(There, _endpoints.Of(Clusters.I2, Address));
    }

    [Fact]
    public void Only_the_first_of_several_failures_is_reported()
    {
        Assert.True(_endpoints.LookedUp(Clusters.I2, Address, null));
        Assert.False(_endpoints.LookedUp(Clusters.I2, Address, null));
        _endpoints.Follow([Target with { Behind = true }]);
        Assert.False(_endpoints.LookedUp(Clusters.I2, Address, null));
        Assert.False(_endpoints.LookedUp(Clusters.I2, Address, Here));
        Assert.True(_endpoints.LookedUp(Clusters.I2, Address, null));
    }

    [Fact]
    public void An_answer_is_forgotten_with_its_target()
    {
        _endpoints.LookedUp(Clusters.I2, Address, Here);
        _endpoints.Follow([]);
        Assert.Null(_endpoints.Of(Clusters.I2, Address));

        _endpoints.Follow([Target]);
        Assert.Null(_endpoints.Of(Clusters.I2, Address));
    }

    [Fact]
    public void An_answer_is_forgotten_with_the_address_it_was_given_for()
    {
        _endpoints.LookedUp(Clusters.I2, Address, Here);
        _endpoints.Follow([Target with { Address = Other }]);

        Assert.Null(_endpoints.Of(Clusters.I2, Other));
        Assert.Null(_endpoints.Of(Clusters.I2, Address));
    }

    [Fact]
    public void An_answer_that_comes_too_late_is_nobodys()
    {
        _endpoints.Follow([Target with { Address = Other }]);

        Assert.False(_endpoints.LookedUp(Clusters.I2, Address, null));
        Assert.False(_endpoints.LookedUp(Clusters.I2, Address, Here));
        Assert.Null(_endpoints.Of(Clusters.I2, Address));
        Assert.Null(_endpoints.Of(Clusters.I2, Other));
    }

    [Fact]
    public void An_answer_is_not_for_another_instance_at_the_same_address()
    {
        _endpoints.LookedUp(Clusters.I2, Address, Here);
        _endpoints.Follow([Target with { Instance = Clusters.I3 }]);

        Assert.Null(_endpoints.Of(Clusters.I3, Address));
    }
}
