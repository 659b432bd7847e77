using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests.Proxy;

/// <summary>The read-only port may lead to the primary: then by the rules of the other port.</summary>
public sealed class ReadFallbackTests
{
    private static readonly ProxyOptions Options = new() { Uid = Clusters.P1, ReadFromPrimary = true };

    [Fact]
    public void The_primary_comes_last()
    {
        var rig = ProxyRig.Reading(Options);

        Assert.Equal("10.0.0.2:5432 10.0.0.3:5432 10.0.0.1:5432(2)", rig.Readers.Everywhere);
    }

    [Fact]
    public void The_primary_is_set_after_it_has_been_confirmed()
    {
        var rig = new ProxyRig(Options, readOnly: true);
        rig.Write(Clusters.Routed(Clusters.I1, 3));
        rig.RunAgent();
        rig.Stage.Advance(1);

        Assert.Equal(
            ["port open", "readers' port open", "confirm 3", ProxyRig.ToFirst, "readers' route 10.0.0.1:5432(2)"],
            rig.Journal.Take(5));
    }

    [Fact]
    public void The_primary_is_removed_before_that_is_confirmed()
    {
        var rig = ProxyRig.Reading(Options);

        rig.Write(Clusters.Read(null, 4));
        rig.Stage.Advance(1);

        Assert.Equal(
            ["readers' route 10.0.0.2:5432 10.0.0.3:5432", "route nowhere", "confirm 4"], rig.Journal);
    }

    [Fact]
    public void Another_primary_is_led_to_only_when_the_old_one_has_gone_and_it_is_confirmed()
    {
        var rig = new ProxyRig(Options, readOnly: true);
        rig.Write(Clusters.Routed(Clusters.I1, 3));
        rig.RunAgent();
        rig.Stage.Advance(1);
        rig.Journal.Clear();

        rig.Write(Clusters.Routed(Clusters.I2, 5));
        rig.Stage.Advance(1);

        Assert.Equal(
            [
                "readers' route nowhere", "route nowhere", "confirm 5", ProxyRig.ToSecond,
                "readers' route 10.0.0.2:5432(2)",
            ],
            rig.Journal);
    }

    [Fact]
    public void A_proxy_that_is_not_enabled_does_not_forward_readers_to_the_primary()
    {
        var rig = ProxyRig.Reading(Options);
        var data = Clusters.Read(Clusters.I1, 4);
        rig.Write(data with { Proxy = data.Proxy with { EnabledProxies = [] } });
        rig.Stage.Advance(1);

        Assert.Equal("10.0.0.2:5432 10.0.0.3:5432", rig.Readers.Everywhere);
    }

    [Fact]
    public void After_the_deadline_the_primary_does_not_come_back_before_it_is_confirmed()
    {
        var rig = ProxyRig.Reading(Options);
        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(16);
        rig.Journal.Clear();
        (rig.Stage.Store.ReadsFail, rig.Stage.Store.WritesFail) = (false, true);
        rig.Stage.Advance(60);

        Assert.Equal(("", null), (rig.Readers.Everywhere, rig.Forwarder.Present));
        rig.Stage.Store.WritesFail = false;
        rig.Stage.Advance(6);
        Assert.Equal("10.0.0.2:5432 10.0.0.3:5432 10.0.0.1:5432(2)", rig.Readers.Everywhere);
    }
}
