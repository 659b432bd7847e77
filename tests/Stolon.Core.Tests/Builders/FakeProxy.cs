using Stolon.Core.Model;

namespace Stolon.Core.Tests.Builders;

/// <summary>A proxy that confirms each directive at once, unless a test configures it otherwise.</summary>
internal sealed class FakeProxy(string uid)
{
    private int _report;

    public ProxyUid Uid { get; } = new(uid);

    public bool Silent { get; set; }

    public bool Gone { get; set; }

    /// <summary>False: it reports, but keeps its present directive.</summary>
    public bool Obeys { get; set; } = true;

    /// <summary>Its report cannot be parsed.</summary>
    public bool Unreadable { get; set; }

    public Generation Generation { get; set; }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The instance that it forwards to now; null: all connections are closed.</summary>
    public InstanceUid? Forwarding { get; private set; }

    public ProxyReport? LastReport { get; private set; }

    private TimeSpan Heartbeat { get; set; }

    public void Turn(World world)
    {
        if (Silent || Gone)
        {
            Forwarding = world.Now - Heartbeat > Timeout ? null : Forwarding;
            return;
        }

        Heartbeat = world.Now;
        if (Obeys)
        {
            var directive = world.Data.Proxy;
            Generation = directive.Generation;
            Forwarding = directive.EnabledProxies.Contains(Uid) ? directive.Target : null;
        }

        var report = new ProxyReport { InfoUid = $"{Uid}-{++_report}", Uid = Uid };
        LastReport = Unreadable
            ? report with { Unreadable = true }
            : report with { Generation = Generation, ProxyTimeout = Timeout };
    }
}
