using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests.Proxy;

public sealed class ProxyDrainTests
{
    private static readonly ProxyOptions Options = new()
    {
        Uid = Clusters.P1,
        DrainTimeout = TimeSpan.FromSeconds(60),
    };

    private static readonly string[] End = ["route nowhere", "readers' route nowhere", "withdraw"];

    [Fact]
    public void Without_clients_it_ends_at_once()
    {
        var rig = ProxyRig.Reading(Options);

        rig.Stage.Stop();
        rig.Stage.Advance(0);

        Assert.Equal(["port closed", "readers' port closed", .. End], rig.Journal);
    }

    [Fact]
    public void It_ends_when_the_last_client_of_either_port_has_gone()
    {
        var rig = ProxyRig.Reading(Options);
        (rig.Forwarder.HasClients, rig.Readers.HasClients) = (true, true);

        rig.Stage.Stop();
        rig.Stage.Advance(1);
        Assert.Equal(["port closed", "readers' port closed"], rig.Journal);
        rig.Forwarder.LastClientGoes();
        rig.Stage.Advance(20);
        Assert.DoesNotContain("withdraw", rig.Journal);
        rig.Readers.LastClientGoes();
        rig.Stage.Advance(1);

        Assert.Equal(End, rig.Journal.TakeLast(3));
    }

    [Fact]
    public void Checks_and_reports_continue_and_the_ports_stay_closed()
    {
        var rig = ProxyRig.Reading(Options);
        rig.Forwarder.HasClients = true;
        rig.Stage.Stop();
        rig.Stage.Advance(20);

        Assert.Equal(
            ["port closed", "readers' port closed", "confirm 3", "confirm 3", "confirm 3", "confirm 3"], rig.Journal);
    }

    [Fact]
    public void A_primary_elected_meanwhile_cuts_the_old_ones_clients_before_that_is_confirmed()
    {
        var rig = ProxyRig.Reading(Options);
        rig.Forwarder.HasClients = true;
        rig.Stage.Stop();
        rig.Stage.Advance(1);
        rig.Journal.Clear();

        rig.Write(Clusters.Read(Clusters.I1, 3).Elect(Clusters.I2, 4));
        rig.Stage.Advance(1);

        Assert.Equal(["readers' route 10.0.0.3:5432", "route nowhere", "confirm 4"], rig.Journal);
    }

    [Fact]
    public void When_the_drain_timeout_is_over_the_remaining_clients_are_disconnected()
    {
        var rig = ProxyRig.Reading(Options);
        rig.Readers.HasClients = true;

        rig.Stage.Stop();
        rig.Stage.Advance(59);
        Assert.DoesNotContain("withdraw", rig.Journal);
        rig.Stage.Advance(2);

        Assert.Equal(End, rig.Journal.TakeLast(3));
        Assert.Contains(rig.Stage.Log.Messages, l => l.Contains("some clients did not finish in time"));
    }

    [Fact]
    public void The_deadline_applies_while_clients_finish()
    {
        var rig = ProxyRig.Reading(Options);
        rig.Forwarder.HasClients = true;
        rig.Stage.Stop();
        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(16);

        Assert.Equal(
            ["port closed", "readers' port closed", "route nowhere", "readers' route nowhere"], rig.Journal);
    }
}
