using System.Text;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Wire.Tests;

public sealed class WireFormatTests
{
    private const string SpecStart = """{"formatVersion":1,"cluster":{"spec":""";

    [Fact]
    public void The_document_of_a_new_cluster_is_the_one_init_writes()
    {
        var data = ClusterData.New(
            new ClusterUid("1a2b3c4d"),
            new ClusterSpec { InitMode = ClusterInitMode.New },
            new WallTime(new DateTimeOffset(2024, 1, 1, 10, 0, 0, TimeSpan.Zero).AddTicks(1234567), 89));

        Assert.Equal(
            """
            {"formatVersion":1,"changeTime":"0001-01-01T00:00:00Z",
            "cluster":{"uid":"1a2b3c4d","generation":1,"changeTime":"2024-01-01T10:00:00.123456789Z",
            "spec":{"additionalWalSenders":null,"additionalMasterReplicationSlots":null,"initMode":"new",
            "pgHBA":null,"automaticPgRestart":null},
            "status":{"phase":"initializing"}},
            "keepers":{},"dbs":{},
            "proxy":{"changeTime":"0001-01-01T00:00:00Z","spec":{},"status":{}}}
            """.Replace("\n", "", StringComparison.Ordinal),
            Text(WireFormat.Write(data)));
    }

    [Fact]
    public void A_null_document_is_no_cluster_data() => Assert.Null(WireFormat.ReadClusterData("null"u8.ToArray()));

    [Theory]
    [InlineData("{}", "cluster data: unsupported clusterdata format version 0")]
    [InlineData("""{"formatVersion":2,"cluster":5}""", "cluster data: unsupported clusterdata format version 2")]
    [InlineData("""{"formatVersion":1}""", "cluster data: cluster: missing")]
    [InlineData("""{"formatVersion":1,"cluster":null}""", "cluster data: cluster: missing")]
    [InlineData("""{"formatVersion":1,"cluster":{}}""", "cluster data: cluster.spec: missing")]
    [InlineData(SpecStart + "{}},\"dbs\":{\"d\":null}}", "cluster data: dbs.d: missing")]
    [InlineData(SpecStart + "{}},\"dbs\":{\"d\":{}}}", "cluster data: dbs.d.spec: missing")]
    [InlineData(
        SpecStart + "{}},\"dbs\":{\"d\":{\"spec\":{\"role\":\"king\"}}}}",
        "cluster data: dbs.d.spec.role: unknown value \"king\"")]
    [InlineData(
        SpecStart + "{\"maxStandbys\":70000}}}",
        "cluster data: cluster.spec.maxStandbys: has a value of the wrong type or out of range")]
    [InlineData(
        SpecStart + "{\"maxStandbys\":\"3\"}}}",
        "cluster data: cluster.spec.maxStandbys: has a value of the wrong type or out of range")]
    [InlineData(
        SpecStart + "{\"usePgrewind\":\"true\"}}}",
        "cluster data: cluster.spec.usePgrewind: has a value of the wrong type or out of range")]
    [InlineData(
        SpecStart + "{\"sleepInterval\":5}}}",
        "cluster data: cluster.spec.sleepInterval: time: missing unit in duration \"5\"")]
    [InlineData(
        SpecStart + "{\"sleepInterval\":true}}}",
        "cluster data: cluster.spec.sleepInterval: must be a duration in a string, such as \"5s\"")]
    [InlineData(
        SpecStart + "{\"initMode\":\"old\"}}}", "cluster data: cluster.spec.initMode: unknown initMode: \"old\"")]
    [InlineData(
        """{"formatVersion":1,"changeTime":"today"}""", "cluster data: changeTime: must be a time in RFC 3339 form")]
    public void What_the_format_does_not_allow_is_refused_by_name(string json, string message) =>
        Assert.Equal(message, Refused(json).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"formatVersion":1} x""")]
    [InlineData("""{"formatVersion":1,}""")]
    public void Invalid_JSON_is_reported_as_such(string json) =>
        Assert.StartsWith("cluster data: not valid JSON: ", Refused(json).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_are_matched_without_regard_to_case_and_the_last_one_wins()
    {
        var data = Read("""
            {"FORMATVERSION":1,"Cluster":{"SPEC":{"MaxStandbys":3,"maxstandbys":4,
            "standbyConfig":{"standbySettings":{"primaryConnInfo":"host=a"}}},"UID":"c","Status":{"PHASE":"normal"}}}
            """);

        Assert.Equal("c", data.Cluster.Uid.Value);
        Assert.Equal(ClusterPhase.Normal, data.Cluster.Phase);
        Assert.Equal((ushort)4, data.Cluster.Spec.MaxStandbys);
        Assert.Equal("host=a", data.Cluster.Spec.StandbyConfig?.Standby?.PrimaryConnInfo);
    }

    [Fact]
    public void Null_means_absent()
    {
        var data = Read("""
            {"formatVersion":1,"changeTime":null,"keepers":null,"dbs":null,"proxy":null,
            "cluster":{"uid":null,"generation":null,"status":null,
            "spec":{"sleepInterval":null,"maxStandbys":null,"initMode":null,"newConfig":null,"pgParameters":null}}}
            """);

        Assert.True(data.ChangeTime.IsNever);
        Assert.Empty(data.Keepers);
        Assert.Empty(data.Instances);
        Assert.Equal(new ProxyDirective(), data.Proxy);
        Assert.Equal(new ClusterSpec(), data.Cluster.Spec);
    }

    [Fact]
    public void Members_the_format_does_not_have_are_ignored() =>
        Assert.Equal(
            "c",
            Read("""{"formatVersion":1,"new":{"a":[1]},"cluster":{"uid":"c","spec":{"b":1}}}""").Cluster.Uid.Value);

    [Theory]
    [InlineData("0")]
    [InlineData("\"0\"")]
    [InlineData("\"0s\"")]
    public void A_bare_zero_is_a_duration(string value) =>
        Assert.Equal(TimeSpan.Zero, Spec($$"""{"syncTimeout":{{value}}}""").SyncTimeout);

    [Fact]
    public void Null_and_an_empty_list_stay_apart()
    {
        Assert.Null(Spec("{}").PgHba);
        Assert.Equal(ValueList<string>.Empty, Spec("""{"pgHBA":[]}""").PgHba);

        var spec = new InstanceSpec { Keeper = new KeeperUid("k"), SynchronousStandbys = [] };
        var written = Text(WireFormat.Write(Data(spec)));
        Assert.Contains(
            "\"synchronousStandbys\":[],\"externalSynchronousStandbys\":null", written, StringComparison.Ordinal);
        Assert.Contains("\"additionalReplicationSlots\":null", written, StringComparison.Ordinal);
        Assert.Contains("\"followers\":[]", written, StringComparison.Ordinal);
    }

    [Fact]
    public void No_enabled_proxies_and_an_empty_list_of_them_are_one()
    {
        var without = Read(SpecStart + """{}},"proxy":{"spec":{}}}""");
        var empty = Read(SpecStart + """{}},"proxy":{"spec":{"enabledProxies":[]}}}""");
        Assert.Equal(without, empty);
        Assert.DoesNotContain("enabledProxies", Text(WireFormat.Write(empty)), StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_beyond_two_to_the_53_are_exact()
    {
        var report = new KeeperReport
        {
            InfoUid = "i",
            Uid = new KeeperUid("k"),
            Postgres = new PostgresReport
            {
                Position = new Lsn(ulong.MaxValue),
                Timeline = new Timeline(9007199254740993),
            },
        };
        var written = WireFormat.Write(report);
        Assert.Contains(
            "\"timelineID\":9007199254740993,\"xLogPos\":18446744073709551615",
            Text(written),
            StringComparison.Ordinal);
        Assert.Equal(report, WireFormat.ReadKeeperReport(written));
    }

    [Fact]
    public void Text_is_escaped_as_Go_escapes_it()
    {
        var spec = new ClusterSpec
        {
            PgHba =
            [
                "<a>&'b'+`c` \"q\" \\ / \u007f é µ 漢 😀 \u2028\u2029 \n\r\t\u0001\u001f \u00a0\u200b\ufeff",
                "lone \ud800 half",
            ],
        };
        var written = Text(WireFormat.Write(Data(spec)));
        Assert.Contains(
            "\"pgHBA\":[\"\\u003ca\\u003e\\u0026'b'+`c` \\\"q\\\" \\\\ / \u007f é µ 漢 😀 \\u2028\\u2029 "
            + "\\n\\r\\t\\u0001\\u001f \u00a0\u200b\ufeff\",\"lone \ufffd half\"]",
            written,
            StringComparison.Ordinal);
        Assert.Equal(spec.PgHba.Value[0], Read(written).Cluster.Spec.PgHba!.Value[0]);
    }

    [Fact]
    public void Names_of_parameters_are_escaped_too()
    {
        var spec = new ClusterSpec { PgParameters = ValueMap<string, string>.Empty.With("a<b", "1").With("ä", "2") };
        Assert.Contains(
            "\"pgParameters\":{\"a\\u003cb\":\"1\",\"ä\":\"2\"}",
            Text(WireFormat.Write(Data(spec))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_are_written_sorted()
    {
        var spec = Spec("""{"pgParameters":{"b":"1","a":"2","_":"3","B":"4"}}""");
        Assert.Contains(
            """{"B":"4","_":"3","a":"2","b":"1"}""",
            Text(WireFormat.Write(Data(spec))),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null", "is null")]
    [InlineData("{}", "UID: missing")]
    [InlineData("[]", "has a value of the wrong type or out of range")]
    public void A_report_must_have_a_uid(string json, string problem) =>
        Assert.Equal(
            "proxy info: " + problem,
            Assert.Throws<WireFormatException>(() => WireFormat.ReadProxyReport(Encoding.UTF8.GetBytes(json))).Message);

    [Fact]
    public void A_proxy_report_counts_nanoseconds()
    {
        var report = new ProxyReport
        {
            InfoUid = "658e5907",
            Uid = new ProxyUid("14ae86f4"),
            ProxyTimeout = TimeSpan.FromSeconds(15),
        };
        Assert.Equal(
            """{"infoUID":"658e5907","UID":"14ae86f4","Generation":0,"ProxyTimeout":15000000000}""",
            Text(WireFormat.Write(report)));
    }

    private static ClusterSpec Spec(string json) => Read(SpecStart + json + "}}").Cluster.Spec;

    private static ClusterData Read(string json) => WireFormat.ReadClusterData(Encoding.UTF8.GetBytes(json))!;

    private static WireFormatException Refused(string json) =>
        Assert.Throws<WireFormatException>(() => WireFormat.ReadClusterData(Encoding.UTF8.GetBytes(json)));

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);

    private static ClusterData Data(ClusterSpec spec) => ClusterData.New(new ClusterUid("c"), spec, WallTime.Never);

    private static ClusterData Data(InstanceSpec spec) => Data(new ClusterSpec()) with
    {
        Instances = ValueMap<InstanceUid, Instance>.Empty.With(
            new InstanceUid("d"), new Instance { Uid = new InstanceUid("d"), Spec = spec }),
    };
}
