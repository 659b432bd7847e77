using Stolon.Agents.Ports.Store;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Proxy;

public sealed class ProxyTickTests
{
    private readonly ProxyRig _rig = new();

    [Fact]
    public void Before_the_first_read_the_port_stays_closed()
    {
        _rig.Stage.Store.ReadsFail = true;

        Assert.Throws<StoreUnavailableException>(() => _rig.Check());

        Assert.False(_rig.Forwarder.Listening);
    }

    [Fact]
    public void Without_cluster_data_the_port_is_open_and_has_no_destination()
    {
        Assert.Equal("port open", _rig.Check());
        Assert.Null(_rig.Report());
    }

    [Fact]
    public void A_route_is_opened_after_it_has_been_confirmed()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));

        Assert.Equal($"port open, confirm 3, {ProxyRig.ToFirst}", _rig.Check());
        Assert.Equal(new Generation(3), _rig.Report()?.Generation);
    }

    [Fact]
    public void A_route_is_removed_before_that_is_confirmed()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Check();
        _rig.Write(Clusters.Routed(null, 4));

        Assert.Equal("route nowhere, confirm 4", _rig.Check());
    }

    [Fact]
    public void A_route_to_another_primary_is_removed_before_the_new_one_is_confirmed()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Check();
        _rig.Write(Clusters.Routed(Clusters.I2, 5));

        Assert.Equal($"route nowhere, confirm 5, {ProxyRig.ToSecond}", _rig.Check());
    }

    [Fact]
    public void A_route_that_stays_is_confirmed_again_and_not_disturbed()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Check();
        _rig.Write(Clusters.Routed(Clusters.I1, 4));

        Assert.Equal("confirm 4", _rig.Check());
    }

    [Fact]
    public void Nothing_is_opened_when_it_cannot_be_confirmed()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Stage.Store.WritesFail = true;

        Assert.Throws<StoreUnavailableException>(() => _rig.Check());

        Assert.Null(_rig.Forwarder.Present);
    }

    [Fact]
    public void A_removal_that_cannot_be_confirmed_is_done_and_no_failure()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Check();
        _rig.Write(Clusters.Routed(null, 4));
        _rig.Stage.Store.WritesFail = true;

        Assert.Equal("route nowhere", _rig.Check());
        Assert.Equal(new Generation(3), _rig.Report()?.Generation);
    }

    [Fact]
    public void A_proxy_that_is_not_enabled_closes_and_confirms()
    {
        var routed = Clusters.Routed(Clusters.I1, 3);
        _rig.Write(routed);
        _rig.Check();
        _rig.Write(routed with
        {
            Proxy = routed.Proxy with { EnabledProxies = [new ProxyUid("other")], Generation = new Generation(4) },
        });

        Assert.Equal("route nowhere, confirm 4", _rig.Check());
    }

    [Fact]
    public void An_address_that_means_nothing_closes_and_is_not_confirmed()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Check();
        var moved = Clusters.Routed(Clusters.I1, 4);
        var primary = moved.Instances[Clusters.I1];
        primary = primary with { Status = primary.Status with { ListenAddress = "nobody.example" } };
        _rig.Write(moved with { Instances = moved.Instances.With(primary.Uid, primary) });

        Assert.Equal("route nowhere", _rig.Check());
    }

    [Fact]
    public void While_the_timeout_changes_the_longer_one_is_confirmed()
    {
        ProxyReport? Confirmed(double seconds)
        {
            _rig.Write(Clusters.Routed(
                Clusters.I1, 3, Clusters.Spec with { ProxyTimeout = TimeSpan.FromSeconds(seconds) }));
            _rig.Check();
            return _rig.Report();
        }

        Assert.Equal(TimeSpan.FromSeconds(40), Confirmed(40)?.ProxyTimeout);
        Assert.Equal(TimeSpan.FromSeconds(40), Confirmed(20)?.ProxyTimeout);
        Assert.Equal(TimeSpan.FromSeconds(20), Confirmed(20)?.ProxyTimeout);
    }

    [Fact]
    public void A_read_that_took_longer_than_the_timeout_opens_nothing_not_even_the_port()
    {
        _rig.Write(Clusters.Routed(Clusters.I1, 3));
        _rig.Stage.Store.ReadsHang = true;
        var check = _rig.Stage.Start(_rig.Tick.RunAsync);

        _rig.Stage.Advance(20);
        _rig.Stage.Store.Release();
        _rig.Stage.Advance(0);

        Assert.True(check.IsCompletedSuccessfully);
        Assert.Empty(_rig.Journal);
    }
}
