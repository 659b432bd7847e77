using Stolon.Core.Common;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class ControlDataTests
{
    // Abridged output of PostgreSQL 15.18's pg_controldata.
    private const string Output = """
        pg_control version number:            1300
        Catalog version number:               202209061
        Database system identifier:           7710867149827794059
        Database cluster state:               shut down in recovery
        pg_control last modified:             Sun Nov 22 05:42:42 2026
        Latest checkpoint location:           16/B374D848
        Latest checkpoint's REDO location:    0/17414D0
        Latest checkpoint's REDO WAL file:    000000010000000000000001
        Latest checkpoint's TimeLineID:       3
        Latest checkpoint's PrevTimeLineID:   2
        Latest checkpoint's oldestCommitTsXid:0
        Time of latest checkpoint:            Sun Nov 22 05:42:42 2026
        Minimum recovery ending location:     16/B374D8C0
        Min recovery ending loc's timeline:   4
        max_connections setting:              60
        max_worker_processes setting:         8
        max_wal_senders setting:              47
        max_prepared_xacts setting:           0
        max_locks_per_xact setting:           64
        Bytes per WAL segment:                16777216
        Data page checksum version:           1

        """;

    [Fact]
    public void The_required_lines_are_read()
    {
        Assert.True(ControlData.TryParse(Output, out var data));
        Assert.Equal(
            new ControlData
            {
                SystemIdentifier = "7710867149827794059",
                State = ControlState.ShutDownInRecovery,
                LatestCheckpoint = new Lsn(0x16_B374D848),
                Timeline = new Timeline(3),
                MinRecoveryEnd = new Lsn(0x16_B374D8C0),
                MinRecoveryEndTimeline = new Timeline(4),
                WalSegmentBytes = 16 * 1024 * 1024,
                StandbyMinimums = ValueMap<string, int>.Empty
                    .With("max_connections", 60)
                    .With("max_worker_processes", 8)
                    .With("max_wal_senders", 47)
                    .With("max_prepared_transactions", 0)
                    .With("max_locks_per_transaction", 64),
                ChecksumVersion = 1,
            },
            data);
    }

    [Theory]
    [InlineData("starting up", ControlState.StartingUp)]
    [InlineData("shut down", ControlState.ShutDown)]
    [InlineData("shut down in recovery", ControlState.ShutDownInRecovery)]
    [InlineData("shutting down", ControlState.ShuttingDown)]
    [InlineData("in crash recovery", ControlState.InCrashRecovery)]
    [InlineData("in archive recovery", ControlState.InArchiveRecovery)]
    [InlineData("in production", ControlState.InProduction)]
    [InlineData("unrecognized status code", ControlState.Unknown)]
    public void The_state_is_read_and_one_of_a_later_version_is_unknown(string text, ControlState state)
    {
        Assert.True(ControlData.TryParse(Output.Replace("shut down in recovery", text), out var data));
        Assert.Equal(state, data.State);
    }

    [Theory]
    [InlineData("Database system identifier")]
    [InlineData("Database cluster state")]
    [InlineData("Latest checkpoint location")]
    [InlineData("Latest checkpoint's TimeLineID")]
    [InlineData("Minimum recovery ending location")]
    [InlineData("Min recovery ending loc's timeline")]
    [InlineData("Bytes per WAL segment")]
    [InlineData("Data page checksum version")]
    public void Output_without_a_required_line_is_refused(string label) =>
        Assert.False(ControlData.TryParse(Output.Replace(label, "Etwas anderes"), out _));
}
