using Stolon.Agents.Ports.Proxy;
using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Tests.Proxy;

public sealed class ReadOnlyPortTests
{
    private const string ToBoth = "10.0.0.2:5432 10.0.0.3:5432";

    [Fact]
    public void Both_ports_open_after_the_first_read_and_readers_reach_the_standbys()
    {
        var rig = new ProxyRig(readOnly: true);
        rig.Write(Clusters.Read(Clusters.I1, 3));
        rig.RunAgent();
        rig.Stage.Advance(1);

        Assert.Equal(
            [
                "port open", "readers' port open", "confirm 3", ProxyRig.ToFirst,
                "readers' route 10.0.0.2:5432", $"readers' route {ToBoth}",
            ],
            rig.Journal.Distinct());
    }

    [Fact]
    public void A_standby_that_is_elected_is_closed_before_the_confirmation()
    {
        var rig = ProxyRig.Reading();

        rig.Write(Clusters.Read(Clusters.I1, 3).Elect(Clusters.I2, 4));
        rig.Stage.Advance(1);

        Assert.Equal(["readers' route 10.0.0.3:5432", "route nowhere", "confirm 4"], rig.Journal);
        Assert.Equal(CutCause.StandbyPromoted, rig.Readers.LastCut);
    }

    [Fact]
    public void Readers_stay_while_there_is_no_primary()
    {
        var rig = ProxyRig.Reading();

        rig.Write(Clusters.Read(null, 4));
        rig.Stage.Advance(60);

        Assert.Equal(ToBoth, rig.Readers.Everywhere);
        Assert.Null(rig.Forwarder.Present);
    }

    [Fact]
    public void A_proxy_that_is_not_enabled_serves_readers_all_the_same()
    {
        var rig = new ProxyRig(readOnly: true);
        var data = Clusters.Read(Clusters.I1, 3);
        rig.Write(data with { Proxy = data.Proxy with { EnabledProxies = [] } });
        rig.RunAgent();
        rig.Stage.Advance(1);

        Assert.Equal((null, ToBoth), (rig.Forwarder.Present, rig.Readers.Everywhere));
    }

    [Theory]
    [InlineData(false, CutCause.StandbyGone)]
    [InlineData(true, CutCause.StandbyBehind)]
    public void A_standby_that_no_longer_qualifies_is_closed_and_the_other_stays(bool behind, CutCause cause)
    {
        var rig = ProxyRig.Reading(new ProxyOptions
        {
            Uid = Clusters.P1,
            ReadLimits = new ReadLimits { MaxLagBytes = 100 },
        });

        rig.Write(Clusters.Read(Clusters.I1, 3).Change(Clusters.I3, i => i with
        {
            Status = i.Status with { Healthy = behind, Position = behind ? new Lsn(899) : i.Status.Position },
        }));
        rig.Stage.Advance(1);

        Assert.Equal("10.0.0.2:5432", rig.Readers.Everywhere);
        Assert.Equal(cause, rig.Readers.LastCut);
        Assert.Equal("10.0.0.1:5432", rig.Forwarder.Present?.ToString());
    }

    [Fact]
    public void Without_cluster_data_no_standby_is_read_from()
    {
        var rig = ProxyRig.Reading();

        rig.Stage.Do(token => rig.Stage.Server.DeleteAsync(RecordingStore.Paths.ClusterData, token));
        rig.Stage.Advance(6);

        Assert.Equal("", rig.Readers.Everywhere);
        Assert.Equal(CutCause.NoClusterData, rig.Readers.LastCut);
    }

    [Fact]
    public void The_deadline_closes_both_ports_and_both_come_back()
    {
        var rig = ProxyRig.Reading();
        Assert.Equal(rig.Forwarder.TrustedUntil, rig.Readers.TrustedUntil);

        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(16);
        Assert.Equal(["route nowhere", "readers' route nowhere", "port closed", "readers' port closed"], rig.Journal);
        Assert.Equal(CutCause.StoreSilent, rig.Readers.LastCut);
        rig.Stage.Advance(60);
        Assert.Equal(4, rig.Journal.Count);
        rig.Stage.Store.ReadsFail = false;
        rig.Stage.Advance(6);

        Assert.Equal((true, ToBoth), (rig.Readers.Listening, rig.Readers.Everywhere));
    }

    [Fact]
    public void After_the_deadline_a_standby_that_is_none_any_more_does_not_come_back()
    {
        var rig = ProxyRig.Reading();
        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(16);
        rig.Journal.Clear();
        rig.Write(Clusters.Read(Clusters.I1, 3)
            .Change(Clusters.I2, i => i with { Generation = new Generation(2) })
            .Elect(Clusters.I3, 4));
        rig.Stage.Store.ReadsFail = false;
        rig.Stage.Advance(30);

        // i2 is being told to follow i3: who was cut once must be certain again.
        Assert.DoesNotContain(rig.Journal, line => line.StartsWith("readers' route", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_confirmed_opens_nothing_but_closes()
    {
        var rig = ProxyRig.Reading();
        rig.Stage.Store.WritesFail = true;

        rig.Write(Clusters.Read(Clusters.I1, 4).Change(Clusters.I3, i => i with { Status = new InstanceStatus() }));
        rig.Stage.Advance(1);
        Assert.Equal("10.0.0.2:5432", rig.Readers.Everywhere);
        rig.Write(Clusters.Read(Clusters.I1, 4));
        rig.Stage.Advance(1);

        Assert.Equal("10.0.0.2:5432", rig.Readers.Everywhere);
    }

    [Fact]
    public void A_name_that_cannot_be_resolved_loses_one_standby_and_nothing_else()
    {
        var rig = new ProxyRig(readOnly: true);
        rig.Write(Named(Clusters.Read(Clusters.I1, 3)));
        rig.RunAgent();
        rig.Stage.Advance(30);
        Assert.Equal("10.0.0.3:5432", rig.Readers.Everywhere);
        Assert.Single(rig.Stage.Log.Messages, l => l.Contains("two.example:5432 cannot be resolved"));

        rig.Addresses.Names["two.example"] = "10.0.0.22";
        rig.Stage.Advance(6);
        Assert.Equal("10.0.0.22:5432 10.0.0.3:5432", rig.Readers.Everywhere);
        rig.Addresses.Names["two.example"] = "10.0.0.23";
        rig.Stage.Advance(6);
        Assert.Equal("10.0.0.23:5432 10.0.0.3:5432", rig.Readers.Everywhere);
    }

    [Fact]
    public void A_resolver_that_hangs_for_a_standby_delays_neither_the_other_port_nor_the_other_standby()
    {
        var rig = new ProxyRig(readOnly: true);
        rig.Addresses.Hangs = "two.example";
        rig.Write(Named(Clusters.Read(Clusters.I1, 3)));
        rig.RunAgent();
        rig.Stage.Advance(1);
        Assert.Equal("10.0.0.3:5432", rig.Readers.Everywhere);
        rig.Journal.Clear();

        rig.Write(Named(Clusters.Read(Clusters.I1, 3)).Elect(Clusters.I3, 4));
        rig.Stage.Advance(1);

        Assert.Equal(["readers' route nowhere", "route nowhere", "confirm 4"], rig.Journal);
    }

    [Fact]
    public void A_standby_with_the_primarys_address_under_another_name_is_not_read_from()
    {
        var rig = new ProxyRig(readOnly: true);
        rig.Addresses.Names["two.example"] = "10.0.0.1";
        rig.Write(Named(Clusters.Read(Clusters.I1, 3)));
        rig.RunAgent();
        rig.Stage.Advance(1);

        Assert.Equal("10.0.0.3:5432", rig.Readers.Everywhere);
    }

    private static ClusterData Named(ClusterData data) => data.Change(Clusters.I2, i => i with
    {
        Status = i.Status with { ListenAddress = "two.example" },
    });
}
