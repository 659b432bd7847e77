using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;
using Stolon.Testing.Go;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>Who streams, and what is kept for whom, are our additions to a keeper's report.</summary>
public sealed class StreamReportTests
{
    [Fact]
    public void Streams_are_read_back_and_skipped_by_stolon()
    {
        foreach (var path in GoldenDocuments.Reports("keepers"))
        {
            var original = GoldenDocuments.Bytes(path);
            var report = WireFormat.ReadKeeperReport(original);
            if (report.Postgres is not { } seen)
            {
                continue;
            }

            Assert.Equal((null, null), (seen.Streams, seen.Slots));
            var told = report with
            {
                Postgres = seen with
                {
                    Streams = [new StandbyStream(new InstanceUid("db2"), StandbyStream.StreamingState, new Lsn(42))],
                    WalDisk = new DiskSpace(1000, 0),
                    Slots = [new SlotUse("stolon_db2", true, 0, "reserved"), new SlotUse("other", false, 99, null)],
                },
            };
            var written = WireFormat.Write(told);
            Assert.Equal(told, WireFormat.ReadKeeperReport(written));
            var read = GoReader.Read(GoTypes.KeeperInfo, written, out var unknown);
            Assert.Equal(["postgresState.streams", "postgresState.slots", "postgresState.walDisk"], unknown);
            Assert.Equal(original.ToArray(), GoWriter.Write(GoTypes.KeeperInfo, read));
        }
    }

    [Fact]
    public void An_empty_list_of_streams_differs_from_a_missing_one()
    {
        var report = WireFormat.ReadKeeperReport(GoldenDocuments.Bytes(GoldenDocuments.Reports("keepers")[0]));
        var told = report with { Postgres = new PostgresReport { Streams = ValueList<StandbyStream>.Empty } };
        Assert.Equal(
            ValueList<StandbyStream>.Empty, WireFormat.ReadKeeperReport(WireFormat.Write(told)).Postgres!.Streams);
    }
}
