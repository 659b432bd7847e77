namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Two keepers on IPv6, whose internal users may connect from each other only.</summary>
public sealed class StrictCluster() : ClusterFixture(ClusterShape.Asynchronous with
{
    Specification = ClusterShape.Asynchronous.Specification.Replace(
        "\"usePgrewind\"", "\"defaultSUReplAccessMode\":\"strict\",\"usePgrewind\"", StringComparison.Ordinal),
    Host = "::1",
    Keepers = 2,
    Sentinels = 1,
});
