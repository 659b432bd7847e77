namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>Two keepers, a sentinel and a proxy of ours, to be joined by those of the original. A proxy that takes long
/// is waited for for longer than a promotion takes.</summary>
public sealed class MixedCluster() : ClusterFixture(ClusterShape.Asynchronous with
{
    Keepers = 2,
    Sentinels = 1,
    Specification = ClusterShape.Asynchronous.Specification
        .Replace("\"proxyTimeout\":\"4s\"", "\"proxyTimeout\":\"10s\"", StringComparison.Ordinal)
        .Replace("\"failInterval\":\"4s\"", "\"failInterval\":\"8s\"", StringComparison.Ordinal),
});
