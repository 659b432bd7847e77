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
    public void A_keeper_without_an_instance_says_so()
    {
        var uid = new KeeperUid("k");
        var data = Empty with
        {
            Keepers = ValueMap<KeeperUid, KeeperRecord>.Empty.With(
                uid, new KeeperRecord { Uid = uid, Status = new KeeperStatus { Healthy = true } }),
        };
        var text = StatusText.Render(StatusReport.From(data, null, [], []));
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
        var text = StatusText.Render(StatusReport.From(data, null, [], []));
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
            StatusText.Render(StatusReport.From(data, null, [], [])),
            StringComparison.Ordinal);
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
            .Select(path => WireFormat.ReadProxyReport(GoldenDocuments.Bytes(path))));
}
