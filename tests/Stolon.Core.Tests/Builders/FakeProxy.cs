using Stolon.Core.Model;

namespace Stolon.Core.Tests.Builders;

/// <summary>A proxy that confirms each directive at once, unless a test tells it not to.</summary>
internal sealed class FakeProxy(string uid)
{
    private int _report;

    public ProxyUid Uid { get; } = new(uid);

    public bool Silent { get; set; }

    public bool Gone { get; set; }

    /// <summary>False: reports, but stays with the directive it has.</summary>
    public bool Obeys { get; set; } = true;

    public Generation Generation { get; set; }

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    public ProxyReport? LastReport { get; private set; }

    public void Turn(World world)
    {
        if (Silent || Gone)
        {
            return;
        }

        Generation = Obeys ? world.Data.Proxy.Generation : Generation;
        LastReport = new ProxyReport
        {
            InfoUid = $"{Uid}-{++_report}",
            Uid = Uid,
            Generation = Generation,
            ProxyTimeout = Timeout,
        };
    }
}
