using System.Text;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Testing;
using Stolon.Testing.Go;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>What is wrong, and where the proxies' target was, are our additions to the format: nothing else in a
/// document changes by them, and Stolon's programs skip them.</summary>
public sealed class TroubleMembersTests
{
    private static readonly WallTime Since = new(new DateTimeOffset(2026, 11, 28, 3, 5, 0, TimeSpan.Zero));
    private static readonly Trouble Trouble = new("it is \"silent\"", Since);

    public static TheoryData<string> Moments => [.. GoldenDocuments.Moments];

    [Theory]
    [MemberData(nameof(Moments))]
    public void In_the_cluster_data(string moment)
    {
        var original = GoldenDocuments.Bytes(moment + "/clusterdata.json");
        var data = WireFormat.ReadClusterData(original)!;
        Check(
            original, data, data with { Cluster = data.Cluster with { Trouble = Trouble } }, "cluster.status.trouble");
        foreach (var (uid, keeper) in data.Keepers)
        {
            Check(
                original, data, With(data, keeper, s => s with { Trouble = Trouble }), $"keepers.{uid}.status.trouble");
            Check(
                original,
                data,
                With(data, keeper, s => s with { Contested = true }),
                $"keepers.{uid}.status.contested");
        }

        foreach (var (uid, instance) in data.Instances)
        {
            var status = instance.Status with { Trouble = Trouble };
            var told = data with { Instances = data.Instances.With(uid, instance with { Status = status }) };
            Check(original, data, told, $"dbs.{uid}.status.trouble");
        }

        var exposed = data with { Proxy = data.Proxy with { Address = new ServerAddress("10.0.0.1", "5432") } };
        Check(original, data, exposed, "proxy.spec.masterAddress", "proxy.spec.masterPort");
    }

    [Fact]
    public void In_a_keepers_report()
    {
        foreach (var path in GoldenDocuments.Reports("keepers"))
        {
            var original = GoldenDocuments.Bytes(path);
            var report = WireFormat.ReadKeeperReport(original);
            Assert.Empty(report.Complaints);
            foreach (var subject in Enum.GetValues<ComplaintSubject>())
            {
                Check(
                    original,
                    report with { Complaints = [new Complaint(subject, "it is \"full\"", Since)] },
                    "complaints");
            }

            var refusal = new Complaint(ComplaintSubject.Data, "it is another's", Since) { Refusal = true };
            Check(original, report with { Complaints = [refusal] }, "complaints");

            Check(original, report with { Number = 17 }, "number");
            if (report.Postgres is { } seen)
            {
                Check(original, report with { Postgres = seen with { Reason = "no answer" } }, "postgresState.reason");
            }
        }
    }

    [Fact]
    public void A_complaint_of_a_later_version_is_skipped()
    {
        var report = new KeeperReport
        {
            InfoUid = "i",
            Uid = new KeeperUid("k"),
            Complaints =
            [
                new Complaint(ComplaintSubject.Data, "a", Since), new Complaint(ComplaintSubject.Command, "b", Since),
            ],
        };
        var written = Text(WireFormat.Write(report)).Replace("\"data\"", "\"weather\"", StringComparison.Ordinal);
        var read = WireFormat.ReadKeeperReport(Encoding.UTF8.GetBytes(written));
        Assert.Equal(["b"], read.Complaints.Select(c => c.Text));
    }

    private static void Check(byte[] original, ClusterData data, ClusterData told, params string[] skipped)
    {
        var written = WireFormat.Write(told);
        Assert.Equal(told, WireFormat.ReadClusterData(written));
        Assert.Equal(Text(original), ByGo(GoTypes.ClusterData, written, skipped));
        Assert.Equal(Text(original), Text(WireFormat.Write(data)));
    }

    private static void Check(byte[] original, KeeperReport told, params string[] skipped)
    {
        var written = WireFormat.Write(told);
        Assert.Equal(told, WireFormat.ReadKeeperReport(written));
        Assert.Equal(Text(original), ByGo(GoTypes.KeeperInfo, written, skipped));
    }

    private static ClusterData With(ClusterData data, KeeperRecord keeper, Func<KeeperStatus, KeeperStatus> change) =>
        data with { Keepers = data.Keepers.With(keeper.Uid, keeper with { Status = change(keeper.Status) }) };

    private static string ByGo(GoType type, byte[] document, string[] skipped)
    {
        var read = GoReader.Read(type, document, out var unknown);
        Assert.Equal(skipped, unknown);
        return Text(GoWriter.Write(type, read));
    }

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
