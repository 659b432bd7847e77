using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Ctl.Discovery;
using Stolon.Store.Consul;
using Xunit;
using static Stolon.Ctl.Tests.Discovery.Discovered;

namespace Stolon.Ctl.Tests.Discovery;

public sealed class WantedServicesTests
{
    [Fact]
    public void Each_healthy_instance_is_a_service_with_the_tags_of_its_role_the_primary_last() => Assert.Equal(
        [Service("a", 1, "standby"), Service("c", 3, "standby"), Service("b", 2, "primary", "rw")],
        Wanted(Data("b", Instance("a", "1"), Instance("b", "2"), Instance("c", "3"))));

    [Fact]
    public void An_unhealthy_instance_is_none() =>
        Assert.Equal(["a"], Wanted(Data("b", Instance("a"), Instance("b", healthy: false))).Select(s => s.Id));

    [Fact]
    public void The_primary_is_a_service_only_when_requested()
    {
        Assert.True(WantedServices.TryRead(
            Data("b", Instance("a"), Instance("b")), Options(withPrimary: false), out var services, out _));

        Assert.Equal(["a"], services.Select(s => s.Id));
    }

    [Fact]
    public void Without_a_primary_all_are_standbys() =>
        Assert.All(Wanted(Data(null, Instance("a"), Instance("b"))), s => Assert.Equal(["standby"], s.Tags));

    [Theory]
    [InlineData("x")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData(" 5432")]
    public void A_port_that_is_no_number_fails_the_round(string? port) =>
        Assert.Contains("db b", Problem(Data("b", Instance("a"), Instance("b", port))), StringComparison.Ordinal);

    [Fact]
    public void A_healthy_instance_without_address_fails_the_round() =>
        Assert.Contains(
            "db b", Problem(Data("a", Instance("a"), Instance("b", address: null))), StringComparison.Ordinal);

    [Fact]
    public void What_is_not_registered_may_have_any_port() => Assert.Equal(
        ["a"], Wanted(Data(null, Instance("a"), Instance("b", port: null, healthy: false))).Select(s => s.Id));

    private static ValueList<ConsulService> Wanted(ClusterData data)
    {
        Assert.True(WantedServices.TryRead(data, Options(), out var services, out var problem), problem);
        return services;
    }

    private static string Problem(ClusterData data)
    {
        Assert.False(WantedServices.TryRead(data, Options(), out _, out var problem));
        return problem;
    }
}
