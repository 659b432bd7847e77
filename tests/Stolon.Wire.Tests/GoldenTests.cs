using System.Text;
using Stolon.Testing;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>What the original wrote is read and written back equal, byte for byte.</summary>
public sealed class GoldenTests
{
    public static TheoryData<string> ClusterDataFiles =>
        [.. GoldenDocuments.Moments.Select(moment => moment + "/clusterdata.json")];

    public static TheoryData<string> Keepers => [.. GoldenDocuments.Reports("keepers")];

    public static TheoryData<string> Proxies => [.. GoldenDocuments.Reports("proxies")];

    public static TheoryData<string> Sentinels => [.. GoldenDocuments.Reports("sentinels")];

    [Fact]
    public void The_documents_are_there()
    {
        Assert.Equal(22, ClusterDataFiles.Count);
        Assert.Equal(53, Keepers.Count);
        Assert.NotEmpty(Proxies);
        Assert.NotEmpty(Sentinels);
    }

    [Theory]
    [MemberData(nameof(ClusterDataFiles))]
    public void Cluster_data(string path) => Same(path, bytes => WireFormat.Write(WireFormat.ReadClusterData(bytes)!));

    [Theory]
    [MemberData(nameof(Keepers))]
    public void Keeper_reports(string path) =>
        Same(path, bytes => WireFormat.Write(WireFormat.ReadKeeperReport(bytes)));

    [Theory]
    [MemberData(nameof(Proxies))]
    public void Proxy_reports(string path) => Same(path, bytes => WireFormat.Write(WireFormat.ReadProxyReport(bytes)));

    [Theory]
    [MemberData(nameof(Sentinels))]
    public void Sentinel_reports(string path) =>
        Same(path, bytes => WireFormat.Write(WireFormat.ReadSentinelReport(bytes)));

    private static void Same(string path, Func<byte[], byte[]> roundTrip)
    {
        var original = GoldenDocuments.Bytes(path);
        Assert.Equal(Encoding.UTF8.GetString(original), Encoding.UTF8.GetString(roundTrip(original)));
    }
}
