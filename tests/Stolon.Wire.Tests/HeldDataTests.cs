using System.Text;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;
using Stolon.Testing.Go;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>What keepers hold and what may be given up are our additions to the format: nothing else in a document
/// changes by them.</summary>
public sealed class HeldDataTests
{
    public static TheoryData<string> Moments => [.. GoldenDocuments.Moments];

    [Theory]
    [MemberData(nameof(Moments))]
    public void In_the_cluster_data_the_consent_is_one_member_that_the_original_skips(string moment)
    {
        var original = GoldenDocuments.Bytes(moment + "/clusterdata.json");
        var data = WireFormat.ReadClusterData(original)!;
        Assert.Null(data.Cluster.Consent);
        var consent = new OverwriteConsent
        {
            Given = new WallTime(DateTimeOffset.UnixEpoch),
            Any = true,
            Clusters = [new ClusterUid("a"), new ClusterUid("b")],
            SystemIdentifiers = ["71"],
        };
        var told = data with { Cluster = data.Cluster with { Consent = consent } };
        var written = WireFormat.Write(told);

        Assert.Equal(told, WireFormat.ReadClusterData(written));
        Assert.Equal(Text(original), ByGo(GoTypes.ClusterData, written, "cluster.overwriteConsent"));
    }

    [Fact]
    public void In_a_keepers_report_what_it_holds_is_one_member_that_the_original_skips()
    {
        foreach (var path in GoldenDocuments.Reports("keepers"))
        {
            var original = GoldenDocuments.Bytes(path);
            var report = WireFormat.ReadKeeperReport(original);
            Assert.Null(report.Holds);
            var held = new HeldData
            {
                Cluster = new ClusterUid("a"),
                Instance = new InstanceUid("b"),
                SystemIdentifier = "71",
                Timeline = new Timeline(3),
                Position = new Lsn(0x3000060),
            };
            var told = report with { Holds = held };
            var written = WireFormat.Write(told);

            Assert.Equal(told, WireFormat.ReadKeeperReport(written));
            Assert.Equal(Text(original), ByGo(GoTypes.KeeperInfo, written, "holds"));
        }
    }

    /// <summary>A keeper of no cluster is heard too.</summary>
    [Fact]
    public void A_report_without_a_cluster_is_read_back()
    {
        var report = new KeeperReport { InfoUid = "1", Uid = new KeeperUid("k"), Holds = new HeldData() };
        Assert.Equal(report, WireFormat.ReadKeeperReport(WireFormat.Write(report)));
    }

    private static string ByGo(GoType type, byte[] document, string skipped)
    {
        var read = GoReader.Read(type, document, out var unknown);
        Assert.Equal([skipped], unknown);
        return Text(GoWriter.Write(type, read));
    }

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
