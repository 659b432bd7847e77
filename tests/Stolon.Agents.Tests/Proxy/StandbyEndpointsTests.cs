using System.Net;
using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Tests.Proxy;

public sealed class StandbyEndpointsTests
{
    private static readonly ServerAddress _address = new("two.example", "5432");
    private static readonly ServerAddress _other = new("deux.example", "5432");
    private static readonly ReadTarget _target = new(Clusters.I2, _address, Behind: false);
    private static readonly IPEndPoint _here = IPEndPoint.Parse("10.0.0.22:5432");
    private static readonly IPEndPoint _there = IPEndPoint.Parse("10.0.0.23:5432");

    private readonly StandbyEndpoints _endpoints = new();

    public StandbyEndpointsTests() => _endpoints.Follow([_target]);

    [Fact]
    public void Before_the_first_look_up_no_endpoint_is_known() => Assert.Null(_endpoints.Of(Clusters.I2, _address));

    [Fact]
    public void An_answer_is_valid_until_the_next_one_despite_failures()
    {
        _endpoints.LookedUp(Clusters.I2, _address, _here);
        _endpoints.LookedUp(Clusters.I2, _address, null);
        _endpoints.Follow([_target with { Behind = true }]);
        _endpoints.LookedUp(Clusters.I2, _address, null);

        Assert.Equal(_here, _endpoints.Of(Clusters.I2, _address));
        _endpoints.LookedUp(Clusters.I2, _address, _there);
        Assert.Equal(_there, _endpoints.Of(Clusters.I2, _address));
    }

    [Fact]
    public void Only_the_first_of_several_failures_is_reported()
    {
        Assert.True(_endpoints.LookedUp(Clusters.I2, _address, null));
        Assert.False(_endpoints.LookedUp(Clusters.I2, _address, null));
        _endpoints.Follow([_target with { Behind = true }]);
        Assert.False(_endpoints.LookedUp(Clusters.I2, _address, null));
        Assert.False(_endpoints.LookedUp(Clusters.I2, _address, _here));
        Assert.True(_endpoints.LookedUp(Clusters.I2, _address, null));
    }

    [Fact]
    public void An_answer_is_forgotten_with_its_target()
    {
        _endpoints.LookedUp(Clusters.I2, _address, _here);
        _endpoints.Follow([]);
        Assert.Null(_endpoints.Of(Clusters.I2, _address));

        _endpoints.Follow([_target]);
        Assert.Null(_endpoints.Of(Clusters.I2, _address));
    }

    [Fact]
    public void An_answer_is_forgotten_with_the_address_it_was_given_for()
    {
        _endpoints.LookedUp(Clusters.I2, _address, _here);
        _endpoints.Follow([_target with { Address = _other }]);

        Assert.Null(_endpoints.Of(Clusters.I2, _other));
        Assert.Null(_endpoints.Of(Clusters.I2, _address));
    }

    [Fact]
    public void An_answer_that_comes_too_late_is_nobodys()
    {
        _endpoints.Follow([_target with { Address = _other }]);

        Assert.False(_endpoints.LookedUp(Clusters.I2, _address, null));
        Assert.False(_endpoints.LookedUp(Clusters.I2, _address, _here));
        Assert.Null(_endpoints.Of(Clusters.I2, _address));
        Assert.Null(_endpoints.Of(Clusters.I2, _other));
    }

    [Fact]
    public void An_answer_is_not_for_another_instance_at_the_same_address()
    {
        _endpoints.LookedUp(Clusters.I2, _address, _here);
        _endpoints.Follow([_target with { Instance = Clusters.I3 }]);

        Assert.Null(_endpoints.Of(Clusters.I3, _address));
    }
}
