using Stolon.Agents.Proxying;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Proxying;

/// <summary>One proxy, p1, and the cluster data it reads.</summary>
internal sealed class ProxyRig
{
    public const string ToFirst = "route 10.0.0.1:5432";
    public const string ToSecond = "route 10.0.0.2:5432";

    private readonly Func<CancellationToken, Task> _run;

    public ProxyRig(ProxyOptions? options = null)
    {
        options ??= new ProxyOptions { Uid = Clusters.P1 };
        Forwarder = new RecordingForwarder(Journal);
        Deadline = new ProxyDeadline(Forwarder, options, Stage.Time, Stage.Log);
        Tick = new ProxyTick(
            Stage.Store, Forwarder, new AddressBook(), Deadline, options, Stage.Ids, Stage.Time, Stage.Log);
        _run = new ProxyAgent(
            Stage.Store, Forwarder, new AddressBook(), options, Stage.Ids, Stage.Time, Stage.Log).RunAsync;
    }

    public Stage Stage { get; } = new();

    public List<string> Journal => Stage.Journal;

    public RecordingForwarder Forwarder { get; }

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
        rig.Stage.Pass(1);
        Assert.Equal("10.0.0.1:5432", rig.Forwarder.Present?.ToString());
        rig.Journal.Clear();
        return rig;
    }

    public ProxyReport? Report() => Stage.Do(Stage.Store.ReadProxiesAsync).Values.SingleOrDefault();
}
