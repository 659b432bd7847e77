using System.Text;
using Stolon.Testing;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>Which parameters a server did not take, and which wait for a restart, are our additions to the
/// format.</summary>
public sealed class SettingsInReportsTests
{
    [Fact]
    public void In_a_keepers_report_they_are_there_only_when_they_are_known()
    {
        foreach (var path in GoldenDocuments.Reports("keepers"))
        {
            var original = GoldenDocuments.Bytes(path);
            var report = WireFormat.ReadKeeperReport(original);
            if (report.Postgres is not { } seen)
            {
                continue;
            }

            Assert.Null(seen.LeftOut);
            Assert.DoesNotContain("leftOut", Encoding.UTF8.GetString(WireFormat.Write(report)));
            var told = report with
            {
                Postgres = seen with { LeftOut = ["work_men"], PendingRestart = ["max_connections"] },
            };
            Assert.Equal(told, WireFormat.ReadKeeperReport(WireFormat.Write(told)));
            var nothing = report with { Postgres = seen with { LeftOut = [] } };
            Assert.Equal(nothing, WireFormat.ReadKeeperReport(WireFormat.Write(nothing)));
        }
    }

    [Fact]
    public void In_the_cluster_data_they_are_there_only_when_there_are_some()
    {
        foreach (var moment in GoldenDocuments.Moments)
        {
            var data = WireFormat.ReadClusterData(GoldenDocuments.Bytes(moment + "/clusterdata.json"))!;
            foreach (var (uid, instance) in data.Instances)
            {
                var status = instance.Status with { LeftOut = ["work_men"], PendingRestart = ["max_connections"] };
                var told = data with { Instances = data.Instances.With(uid, instance with { Status = status }) };
                Assert.Equal(told, WireFormat.ReadClusterData(WireFormat.Write(told)));
            }

            Assert.DoesNotContain("leftOut", Encoding.UTF8.GetString(WireFormat.Write(data)));
        }
    }
}
