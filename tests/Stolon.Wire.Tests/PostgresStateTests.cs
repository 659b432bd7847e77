using System.Text.Json.Nodes;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>A server's state is written with all its members, in the order of the format, in a keeper's report and in
/// the cluster data.</summary>
public sealed class PostgresStateTests
{
    private static readonly WallTime Since = new(new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly PostgresState State = new()
    {
        ListenAddress = "10.0.0.1",
        Port = "5432",
        SystemIdentifier = "7",
        Timeline = new Timeline(2),
        Position = new Lsn(300),
        ReplayedPosition = new Lsn(200),
        TimelineHistory = [new TimelineSwitch(new Timeline(1), new Lsn(100), "promoted")],
        PgParameters = ValueMap<string, string>.Empty.With("a", "b"),
        OldestWalFile = "000000010000000000000001",
        PendingRestart = ["max_connections"],
    };

    [Fact]
    public void A_report_has_every_member()
    {
        var report = new KeeperReport
        {
            InfoUid = "x",
            Uid = new KeeperUid("k1"),
            Postgres = new PostgresReport(State)
            {
                Instance = new InstanceUid("i1"),
                Generation = new Generation(4),
                Healthy = true,
                Reason = "r",
                Obstacle = "o",
                Serves = true,
                StreamsFrom = "h:1",
                WriteProblem = "w",
                Stopped = true,
                UnplannedEnds = 3,
                StartTrouble = new StartTrouble(5, "s", true),
                SynchronousStandbys = [new InstanceUid("i2")],
                Streams = [new StandbyStream(new InstanceUid("i2"), "streaming", new Lsn(9))],
                Slots = [new SlotUse("slot", true, 8, "reserved")],
                LeftOut = ["bad"],
                WalDisk = new DiskSpace(100, 10),
            },
        };

        var document = WireFormat.Write(report);

        Assert.Equal(
            """
            {"uid":"i1","generation":4,"listenAddress":"10.0.0.1","port":"5432","healthy":true,"systemID":"7",
            "timelineID":2,"xLogPos":300,"timelinesHistory":[{"timelineID":1,"switchPoint":100,"reason":"promoted"}],
            "pgParameters":{"a":"b"},"synchronousStandbys":["i2"],"olderWalFile":"000000010000000000000001",
            "reason":"r","obstacle":"o","serves":true,"streamsFrom":"h:1","writeProblem":"w","stopped":true,
            "leftOut":["bad"],"pendingRestart":["max_connections"],"unplannedEnds":3,
            "startTrouble":{"starts":5,"reason":"s","hopeless":true},"replayPos":200,
            "streams":[{"uid":"i2","state":"streaming","flushPos":9}],
            "slots":[{"name":"slot","active":true,"retained":8,"walStatus":"reserved"}],
            "walDisk":{"total":100,"free":10}}
            """.ReplaceLineEndings(""),
            JsonNode.Parse(document)!["postgresState"]!.ToJsonString());
        Assert.Equal(report, WireFormat.ReadKeeperReport(document));
    }

    [Fact]
    public void A_status_has_every_member_and_takes_over_what_a_report_has()
    {
        var own = new InstanceStatus
        {
            Healthy = true,
            CurrentGeneration = new Generation(4),
            SynchronousStandbys = [new InstanceUid("i2")],
            LeftOut = ["bad"],
            Trouble = new Trouble("t", Since),
        };
        var uid = new InstanceUid("i1");
        var data = ClusterData.New(new ClusterUid("c"), new ClusterSpec(), Since) with
        {
            Instances = ValueMap<InstanceUid, Instance>.Empty.With(uid, new Instance
            {
                Uid = uid,
                Spec = new InstanceSpec { Keeper = new KeeperUid("k1") },
                Status = own.With(new PostgresReport(State) { Healthy = false }),
            }),
        };

        var document = WireFormat.Write(data);

        Assert.Equal(
            """
            {"healthy":true,"currentGeneration":4,"listenAddress":"10.0.0.1","port":"5432","systemdID":"7",
            "timelineID":2,"xLogPos":300,"timelinesHistory":[{"timelineID":1,"switchPoint":100,"reason":"promoted"}],
            "pgParameters":{"a":"b"},"synchronousStandbys":["i2"],"olderWalFile":"000000010000000000000001",
            "replayPos":200,"leftOut":["bad"],"pendingRestart":["max_connections"],
            "trouble":{"reason":"t","since":"2026-12-01T00:00:00Z"}}
            """.ReplaceLineEndings(""),
            JsonNode.Parse(document)!["dbs"]!["i1"]!["status"]!.ToJsonString());
        Assert.Equal(data, WireFormat.ReadClusterData(document));
    }
}
