using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Proxy;

/// <summary>One proxy, p1, and the cluster data it reads.</summary>
internal sealed class ProxyRig
{
    public const string ToFirst = "route 10.0.0.1:5432";
    public const string ToSecond = "route 10.0.0.2:5432";

    private readonly Func<CancellationToken, Task> _run;

    public ProxyRig(ProxyOptions? options = null, bool readOnly = false)
    {
        options ??= new ProxyOptions { Uid = Clusters.P1 };
        Forwarder = new RecordingForwarder(Journal);
        Readers = new RecordingForwarder(Journal, "readers'");
        var ports = new ProxyPorts(Forwarder, readOnly ? Readers : null);
        Deadline = new ProxyDeadline(ports, options, Stage.Time, Stage.Log);
        Tick = new ProxyTick(
            Stage.Store, ports, null, Addresses, Deadline, options, Stage.Ids, Stage.Time, Stage.Log);
        _run = new ProxyAgent(Stage.Store, ports, Addresses, options, Stage.Ids, Stage.Time, Stage.Log).RunAsync;
    }

    public Stage Stage { get; } = new();

    public List<string> Journal => Stage.Journal;

    public RecordingForwarder Forwarder { get; }

    /// <summary>The read-only port, if there is one.</summary>
    public RecordingForwarder Readers { get; }

    public AddressBook Addresses { get; } = new();

    /// <summary>Of <see cref="Tick"/>; the agent has its own of both.</summary>
    public ProxyDeadline Deadline { get; }

    public ProxyTick Tick { get; }

    public void Write(ClusterData data) => Stage.Do(token => Stage.Store.PutAsync(data, token));

    /// <summary>One check, and what it did.</summary>
    public string Check()
    {
        Journal.Clear();
        Stage.Do(Tick.RunAsync);
        return string.Join(", ", Journal);
    }

    public void RunAgent() => Stage.Begin(_run);

    /// <summary>The agent, forwarding to the first instance; nothing is in the journal.</summary>
    public static ProxyRig Forwarding(ProxyOptions? options = null)
    {
        var rig = new ProxyRig(options);
        rig.Write(Clusters.Routed(Clusters.I1, 3));
        rig.RunAgent();
        rig.Stage.Advance(1);
        Assert.Equal("10.0.0.1:5432", rig.Forwarder.Present?.ToString());
        rig.Journal.Clear();
        return rig;
    }

    /// <summary>The agent with a read-only port: writers go to i1, readers to i2 and i3; nothing is in the
    /// journal.</summary>
    public static ProxyRig Reading(ProxyOptions? options = null)
    {
        var rig = new ProxyRig(options, readOnly: true);
        rig.Write(Clusters.Read(Clusters.I1, 3));
        rig.RunAgent();
        rig.Stage.Advance(1);
        Assert.Equal("10.0.0.1:5432", rig.Forwarder.Present?.ToString());
        Assert.StartsWith("10.0.0.2:5432 10.0.0.3:5432", rig.Readers.Everywhere);
        rig.Journal.Clear();
        return rig;
    }

    public ProxyReport? Report() => Stage.Do(Stage.Store.ReadProxiesAsync).Values.SingleOrDefault();
}
