using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Ctl.Status;
using Stolon.Testing;
using Stolon.Wire;
using Xunit;

namespace Stolon.Ctl.Tests.Status;

public sealed class StatusTests
{
    public static TheoryData<string> Moments => [.. GoldenDocuments.Moments];

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_text_is_the_originals(string moment) =>
        Assert.Equal(GoldenDocuments.Text(moment + "/status.txt"), StatusText.Render(At(moment)));

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_json_is_the_originals(string moment) =>
        Assert.Equal(GoldenDocuments.Text(moment + "/status.json"), StatusRendering.Json(At(moment)) + "\n");

    [Fact]
    public void A_keeper_without_an_instance_is_shown_as_such()
    {
        var uid = new KeeperUid("k");
        var data = Empty with
        {
            Keepers = ValueMap<KeeperUid, KeeperRecord>.Empty.With(
                uid, new KeeperRecord { Uid = uid, Status = new KeeperStatus { Healthy = true } }),
        };
        var text = StatusText.Render(Of(data));
        Assert.Contains("\nk\ttrue\t(no db assigned)\tfalse\t\t0\t\t\t0\t\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cascades_are_drawn_and_circles_only_once()
    {
        var data = Empty with
        {
            Cluster = Empty.Cluster with { Primary = new InstanceUid("a") },
            Instances = Tree(
                ("a", "b c"), ("b", "d gone e"), ("c", "f"), ("d", ""), ("e", ""), ("f", "a g"), ("g", "")),
        };
        var text = StatusText.Render(Of(data));
        Assert.EndsWith(
            """
            Master Keeper: ka

            ===== Keepers/DB tree =====

            ka (master)
            ├─kb
            │ ├─kd
            │ └─ke
            └─kc
              └─kf
                └─kg


            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_primary_that_does_not_exist_is_no_cluster()
    {
        var data = Empty with { Cluster = Empty.Cluster with { Primary = new InstanceUid("gone") } };
        Assert.EndsWith(
            "No cluster available\n\n",
            StatusText.Render(Of(data)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 3L << 30, "the primary keeps 3.0 GiB of WAL for it, which it does not receive")]
    [InlineData(false, 1L << 20, null)]
    [InlineData(true, 3L << 30, null)]
    public void What_the_primary_keeps_for_a_standby_that_does_not_fetch_it_is_shown(
        bool active, long bytes, string? told)
    {
        var (ka, kb) = (new KeeperUid("ka"), new KeeperUid("kb"));
        var data = Empty with
        {
            Cluster = Empty.Cluster with { Primary = new InstanceUid("a") },
            Keepers = ValueMap<KeeperUid, KeeperRecord>.Empty
                .With(ka, new KeeperRecord { Uid = ka, Status = new KeeperStatus { Healthy = true } })
                .With(kb, new KeeperRecord { Uid = kb, Status = new KeeperStatus { Healthy = true } }),
            Instances = Tree(("a", "b"), ("b", "")),
        };
        var report = new KeeperReport
        {
            InfoUid = "i",
            Uid = ka,
            Postgres = new PostgresReport { Slots = [new SlotUse("stolon_b", active, bytes, "extended")] },
        };
        var (text, json) = (StatusText.Render(Of(data, report)), StatusRendering.Json(Of(data, report)));
        Assert.Equal(told is not null, text.Contains("REASON", StringComparison.Ordinal));
        Assert.Equal(told is not null, json.Contains($"\"wal_kept\": {bytes}", StringComparison.Ordinal));
        Assert.Contains(told ?? "", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_healthy_has_its_reason_and_what_its_keeper_complains_of()
    {
        var uid = new KeeperUid("k");
        var since = new WallTime(new DateTimeOffset(2026, 11, 28, 3, 5, 0, TimeSpan.Zero));
        var status = new KeeperStatus { Trouble = new Trouble("it is silent", since) };
        var data = Empty with
        {
            Keepers = ValueMap<KeeperUid, KeeperRecord>.Empty.With(
                uid, new KeeperRecord { Uid = uid, Status = status }),
        };
        var report = new KeeperReport
        {
            InfoUid = "i",
            Uid = uid,
            Complaints = [new Complaint(ComplaintSubject.Storage, "the disk is full", since)],
        };

        var text = StatusText.Render(Of(data, report));
        Assert.Contains("PG CURRENTGENERATION\tREASON\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "\tit is silent (since 2026-11-28 03:05:00Z); the disk is full (since 2026-11-28 03:05:00Z)\n",
            text,
            StringComparison.Ordinal);
        var json = StatusRendering.Json(Of(data, report));
        Assert.Contains("\"reason\": \"it is silent\"", json, StringComparison.Ordinal);
        Assert.Contains("\"text\": \"the disk is full\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_clients_reach_no_primary_is_shown_with_the_cluster()
    {
        var since = new WallTime(new DateTimeOffset(2026, 11, 28, 3, 5, 0, TimeSpan.Zero));
        var data = Empty with { Cluster = Empty.Cluster with { Trouble = new Trouble("nobody is eligible", since) } };
        const string Line = "\nTrouble: nobody is eligible (since 2026-11-28 03:05:00Z)\n";
        Assert.EndsWith("No cluster available" + Line + "\n", StatusText.Render(Of(data)), StringComparison.Ordinal);
        Assert.Contains("\"reason\": \"nobody is eligible\"", StatusRendering.Json(Of(data)), StringComparison.Ordinal);
        var chosen = data with
        {
            Cluster = data.Cluster with { Primary = new InstanceUid("a") },
            Instances = Tree(("a", "")),
        };
        Assert.Contains("Master Keeper: ka" + Line, StatusText.Render(Of(chosen)), StringComparison.Ordinal);
    }

    private static ClusterData Empty { get; } =
        ClusterData.New(new ClusterUid("u"), new ClusterSpec(), WallTime.Never);

    private static ValueMap<InstanceUid, Instance> Tree(params (string Uid, string Followers)[] instances) =>
        instances.ToValueMap(entry => new InstanceUid(entry.Uid), entry => new Instance
        {
            Uid = new InstanceUid(entry.Uid),
            Spec = new InstanceSpec
            {
                Keeper = new KeeperUid("k" + entry.Uid),
                Followers = entry.Followers.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(uid => new InstanceUid(uid))
                    .ToValueList(),
            },
        });

    private static StatusReport At(string moment) => StatusReport.From(
        WireFormat.ReadClusterData(GoldenDocuments.Bytes(moment + "/clusterdata.json"))!,
        GoldenDocuments.Leader(moment),
        GoldenDocuments.Reports(moment, "sentinels")
            .Select(path => WireFormat.ReadSentinelReport(GoldenDocuments.Bytes(path)))
            .ToValueList(),
        GoldenDocuments.Reports(moment, "proxies")
            .Select(path => WireFormat.ReadProxyReport(GoldenDocuments.Bytes(path))),
        GoldenDocuments.Reports(moment, "keepers")
            .Select(path => WireFormat.ReadKeeperReport(GoldenDocuments.Bytes(path)))
            .ToValueMap(report => report.Uid, report => report));

    private static StatusReport Of(ClusterData data, params KeeperReport[] reports) =>
        StatusReport.From(data, null, [], [], reports.ToValueMap(report => report.Uid, report => report));
}
