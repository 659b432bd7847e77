using Stolon.Agents.Ports.Proxy;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Proxy;

/// <summary>A standby whose address is a name, and a name server that has trouble.</summary>
public sealed class StandbyNameTests
{
    private const string Name = "two.example";
    private const string ToBoth = "10.0.0.22:5432 10.0.0.3:5432";
    private const string ToTheOther = "10.0.0.3:5432";

    [Fact]
    public void Failed_look_ups_close_no_connection_and_are_logged_once()
    {
        var rig = Reading();

        rig.Addresses.Names.Remove(Name);
        rig.Stage.Advance(120);

        Assert.Empty(Routes(rig));
        Assert.Equal(ToBoth, rig.Readers.Everywhere);
        Assert.Single(rig.Stage.Log.Messages, l => l.Contains("cannot be resolved"));
        Assert.Single(rig.Stage.Log.Messages, l => l.EndsWith("still uses 10.0.0.22:5432", StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_answer_counts_and_the_next_failure_is_logged_again()
    {
        var rig = Reading();
        rig.Addresses.Names.Remove(Name);
        rig.Stage.Advance(6);

        rig.Addresses.Names[Name] = "10.0.0.23";
        rig.Stage.Advance(6);
        Assert.Equal("10.0.0.23:5432 10.0.0.3:5432", rig.Readers.Everywhere);
        rig.Addresses.Names.Remove(Name);
        rig.Stage.Advance(6);

        Assert.Equal("10.0.0.23:5432 10.0.0.3:5432", rig.Readers.Everywhere);
        Assert.Equal(2, rig.Stage.Log.Messages.Count(l => l.Contains("cannot be resolved")));
    }

    [Fact]
    public void A_standby_that_is_elected_is_closed_nevertheless()
    {
        var rig = Reading();
        rig.Addresses.Names.Remove(Name);
        rig.Stage.Advance(6);

        rig.Write(Named(Clusters.Read(Clusters.I1, 3)).Elect(Clusters.I2, 4));
        rig.Stage.Advance(1);

        Assert.Equal(ToTheOther, rig.Readers.Everywhere);
        Assert.Equal(CutCause.StandbyPromoted, rig.Readers.LastCut);
    }

    [Fact]
    public void A_standby_that_was_closed_is_looked_up_again()
    {
        var rig = Reading();
        rig.Addresses.Names.Remove(Name);
        rig.Write(Named(Clusters.Read(Clusters.I1, 3))
            .Change(Clusters.I2, i => i with { Status = i.Status with { Healthy = false } }));
        rig.Stage.Advance(6);
        Assert.Equal(CutCause.StandbyGone, rig.Readers.LastCut);

        rig.Write(Named(Clusters.Read(Clusters.I1, 3)));
        rig.Stage.Advance(30);

        Assert.Equal(ToTheOther, rig.Readers.Everywhere);
    }

    [Fact]
    public void Another_name_is_looked_up_again()
    {
        var rig = Reading();

        rig.Write(Named(Clusters.Read(Clusters.I1, 3), "deux.example"));
        rig.Stage.Advance(30);

        Assert.Equal(ToTheOther, rig.Readers.Everywhere);
        Assert.Equal(CutCause.StandbyGone, rig.Readers.LastCut);
    }

    [Fact]
    public void The_deadline_also_closes_standbys_that_are_not_looked_up_any_more()
    {
        var rig = Reading();
        rig.Addresses.Names.Remove(Name);
        rig.Stage.Store.ReadsFail = true;
        rig.Stage.Advance(16);

        Assert.Equal("", rig.Readers.Everywhere);
        rig.Stage.Store.ReadsFail = false;
        rig.Stage.Advance(6);
        Assert.Equal(ToBoth, rig.Readers.Everywhere);
    }

    [Fact]
    public void The_primarys_port_closes_as_the_original_does()
    {
        var rig = new ProxyRig();
        rig.Addresses.Names["one.example"] = "10.0.0.11";
        rig.Write(Clusters.Routed(Clusters.I1, 3)
            .Change(Clusters.I1, i => i with { Status = i.Status with { ListenAddress = "one.example" } }));
        rig.RunAgent();
        rig.Stage.Advance(1);
        Assert.Equal("10.0.0.11:5432", rig.Forwarder.Present?.ToString());

        rig.Addresses.Names.Remove("one.example");
        rig.Stage.Advance(6);

        Assert.Null(rig.Forwarder.Present);
    }

    private static ProxyRig Reading()
    {
        var rig = new ProxyRig(readOnly: true);
        rig.Addresses.Names[Name] = "10.0.0.22";
        rig.Write(Named(Clusters.Read(Clusters.I1, 3)));
        rig.RunAgent();
        rig.Stage.Advance(1);
        Assert.Equal(ToBoth, rig.Readers.Everywhere);
        rig.Journal.Clear();
        return rig;
    }

    private static IEnumerable<string> Routes(ProxyRig rig) =>
        rig.Journal.Where(l => l.StartsWith("readers' route", StringComparison.Ordinal));

    private static ClusterData Named(ClusterData data, string name = Name) => data.Change(Clusters.I2, i => i with
    {
        Status = i.Status with { ListenAddress = name },
    });
}
