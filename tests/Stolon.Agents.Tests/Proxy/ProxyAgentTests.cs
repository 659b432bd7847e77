using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests.Proxy;

public sealed class ProxyAgentTests
{
    [Fact]
    public void A_short_silence_of_the_store_changes_nothing()
    {
        var rig = ProxyRig.Forwarding();

        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(8);
        rig.Stage.Store.ReadsFail = false;
        rig.Stage.Advance(30);

        Assert.DoesNotContain(rig.Journal, line => !line.StartsWith("confirm", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_routed_is_trusted_for_the_proxy_timeout_from_the_beginning_of_the_last_good_check()
    {
        var rig = ProxyRig.Forwarding();
        var trusted = rig.Forwarder.TrustedUntil;
        Assert.InRange(trusted ?? 0, Seconds(15), Seconds(16));

        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(30);

        Assert.Equal(trusted, rig.Forwarder.TrustedUntil);
        long Seconds(long seconds) => seconds * rig.Stage.Time.TimestampFrequency;
    }

    [Fact]
    public void A_long_silence_closes_everything_and_the_next_read_opens_it_again()
    {
        var rig = ProxyRig.Forwarding();

        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(16);
        Assert.Equal(["route nowhere", "port closed"], rig.Journal);
        rig.Stage.Store.ReadsFail = false;
        rig.Stage.Advance(6);

        Assert.Equal(["route nowhere", "port closed", "port open", "confirm 3", ProxyRig.ToFirst], rig.Journal);
    }

    [Fact]
    public void A_check_that_hangs_does_not_keep_the_deadline_from_closing()
    {
        var rig = ProxyRig.Forwarding();

        rig.Stage.Store.ReadsHang = true;
        rig.Stage.Advance(16);

        Assert.Equal(["route nowhere", "port closed"], rig.Journal);
    }

    [Fact]
    public void The_port_stays_open_when_it_is_configured_to()
    {
        var rig = ProxyRig.Forwarding(new ProxyOptions { Uid = Clusters.P1, StopListening = false });

        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(60);

        Assert.Equal(["route nowhere"], rig.Journal);
        Assert.True(rig.Forwarder.Listening);
    }

    [Fact]
    public void A_proxy_frozen_in_a_check_stays_closed_until_its_next_read()
    {
        var rig = ProxyRig.Forwarding();
        rig.Stage.Store.ReadsHang = true;
        rig.Stage.Advance(6);
        rig.Stage.Freeze(60);
        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Store.Release();

        rig.Stage.Advance(0);
        rig.Stage.Advance(60);
        Assert.Equal(["route nowhere", "port closed"], rig.Journal);
        rig.Stage.Store.ReadsFail = false;
        rig.Stage.Advance(6);

        Assert.True(rig.Forwarder.Listening);
        Assert.NotNull(rig.Forwarder.Present);
    }

    [Fact]
    public void A_proxy_frozen_while_another_primary_was_elected_never_reaches_the_old_one_again()
    {
        var rig = ProxyRig.Forwarding();

        rig.Write(Clusters.Routed(null, 4));
        rig.Stage.Freeze(60);
        rig.Write(Clusters.Routed(Clusters.I2, 5));
        rig.Stage.Advance(6);

        Assert.DoesNotContain(ProxyRig.ToFirst, rig.Journal);
        Assert.Equal("10.0.0.2:5432", rig.Forwarder.Present?.ToString());
    }

    [Fact]
    public void A_change_is_followed_at_once()
    {
        var rig = ProxyRig.Forwarding();

        rig.Write(Clusters.Routed(null, 4));
        rig.Stage.Advance(0.1);

        Assert.Equal(["route nowhere", "confirm 4"], rig.Journal);
    }

    [Fact]
    public void Told_to_stop_it_closes_before_it_withdraws_its_report()
    {
        var rig = ProxyRig.Forwarding();

        rig.Stage.Stop();
        rig.Stage.Advance(0);

        Assert.Equal(["port closed", "route nowhere", "withdraw"], rig.Journal);
        Assert.Null(rig.Report());
    }

    [Fact]
    public void Told_to_stop_while_the_store_is_away_it_closes_all_the_same()
    {
        var rig = ProxyRig.Forwarding();

        rig.Stage.Store.WritesFail = true;
        rig.Stage.Stop();
        rig.Stage.Advance(3);

        Assert.Equal(["port closed", "route nowhere"], rig.Journal);
    }
}
