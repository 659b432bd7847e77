using System.Text;
using Stolon.Core.Postgres;
using Stolon.Testing;
using Stolon.Testing.Go;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>What a standby has replayed is our addition to the format: nothing else in a document changes by it.
/// </summary>
public sealed class ReplayedPositionTests
{
    private const ulong Replayed = 18446744073709551615;

    public static TheoryData<string> Moments => [.. GoldenDocuments.Moments];

    [Theory]
    [MemberData(nameof(Moments))]
    public void In_the_cluster_data_it_is_one_member_behind_the_originals(string moment)
    {
        var original = GoldenDocuments.Bytes(moment + "/clusterdata.json");
        var data = WireFormat.ReadClusterData(original)!;
        Assert.All(data.Instances.Values, i => Assert.Equal(Lsn.Unknown, i.Status.ReplayedPosition));

        foreach (var (uid, instance) in data.Instances)
        {
            var status = instance.Status with { ReplayedPosition = new Lsn(Replayed) };
            var told = data with { Instances = data.Instances.With(uid, instance with { Status = status }) };
            var written = WireFormat.Write(told);

            Assert.Equal(told, WireFormat.ReadClusterData(written));
            Assert.Equal(Text(original), Without(written));
            // Stolon's sentinel drops it, and so does ours when the keeper tells nothing.
            Assert.Equal(Text(original), ByGo(GoTypes.ClusterData, written, $"dbs.{uid}.status.replayPos"));
            Assert.Equal(Text(original), Text(WireFormat.Write(told with { Instances = data.Instances })));
        }
    }

    [Fact]
    public void In_a_keepers_report_it_is_one_member_behind_the_originals()
    {
        foreach (var path in GoldenDocuments.Reports("keepers"))
        {
            var original = GoldenDocuments.Bytes(path);
            var report = WireFormat.ReadKeeperReport(original);
            if (report.Postgres is not { } seen)
            {
                continue;
            }

            Assert.Equal(Lsn.Unknown, seen.ReplayedPosition);
            var told = report with { Postgres = seen with { ReplayedPosition = new Lsn(Replayed) } };
            var written = WireFormat.Write(told);

            Assert.Equal(told, WireFormat.ReadKeeperReport(written));
            Assert.Equal(Text(original), Without(written));
            Assert.Equal(Text(original), ByGo(GoTypes.KeeperInfo, written, "postgresState.replayPos"));
        }
    }

    private static string Without(byte[] document)
    {
        var member = $",\"replayPos\":{Replayed}";
        var parts = Text(document).Split(member);
        Assert.Equal(2, parts.Length);
        return string.Concat(parts);
    }

    private static string ByGo(GoType type, byte[] document, string skipped)
    {
        var read = GoReader.Read(type, document, out var unknown);
        Assert.Equal([skipped], unknown);
        return Text(GoWriter.Write(type, read));
    }

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);
}
