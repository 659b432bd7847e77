using System.Text;
using System.Text.Json.Nodes;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Testing;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>Members of the cluster data that this version does not know are written back with the object they belong
/// to.</summary>
public sealed class ForeignMembersTests
{
    public static TheoryData<string> Moments => [.. GoldenDocuments.Moments];

    [Theory]
    [MemberData(nameof(Moments))]
    public void Foreign_members_are_kept_in_every_object_of_stolons_documents(string moment)
    {
        var document = JsonNode.Parse(GoldenDocuments.Bytes(moment + "/clusterdata.json"))!.AsObject();
        Assert.True(ForeignMembersAdded.To(document) >= 7);
        var added = document.ToJsonString();

        Assert.Equal(added, Tree(WireFormat.Write(Read(added))));
        Assert.Equal(added, Tree(WireFormat.WriteIndented(Read(added))));
    }

    [Fact]
    public void Foreign_members_do_not_affect_comparisons()
    {
        const string Without =
            """{"formatVersion":1,"cluster":{"spec":{}},"keepers":{"k":{}},"dbs":{"d":{"spec":{}}}}""";
        var with = JsonNode.Parse(Without)!.AsObject();
        ForeignMembersAdded.To(with);

        Assert.Equal(Read(Without), Read(with.ToJsonString()));
        Assert.Equal(Read(Without).GetHashCode(), Read(with.ToJsonString()).GetHashCode());
    }

    [Fact]
    public void Unused_members_of_the_format_keep_their_place() =>
        AssertKept(
            """
            {"formatVersion":1,"changeTime":"0001-01-01T00:00:00Z","cluster":{"uid":"c","generation":1,
            "changeTime":"0001-01-01T00:00:00Z","spec":{"additionalWalSenders":null,
            "additionalMasterReplicationSlots":null,"pgHBA":null,"automaticPgRestart":null},
            "status":{"currentGeneration":7,"phase":"normal"}},"keepers":{},"dbs":{},
            "proxy":{"uid":"p","changeTime":"0001-01-01T00:00:00Z","spec":{},"status":{}}}
            """);

    [Fact]
    public void Names_of_the_format_in_another_case_are_not_foreign()
    {
        var data = Read("""{"FORMATVERSION":1,"Cluster":{"UID":"c","Spec":{"MAXSTANDBYS":3}},"PROXY":{"Status":{}}}""");
        Assert.DoesNotContain("MAX", Text(data), StringComparison.Ordinal);
        Assert.Null(data.Foreign.Document);
        Assert.Null(data.Cluster.Spec.Foreign.Document);
    }

    [Fact]
    public void The_last_of_several_wins()
    {
        var data = Read(
            """
            {"formatVersion":1,"x":1,"x":2,"proxy":{"y":1},"cluster":{"spec":{"z":{"a":1,"a":2}}},"Proxy":{"y":3}}
            """);
        var written = JsonNode.Parse(WireFormat.Write(data))!;
        Assert.Equal(2, (int)written["x"]!);
        Assert.Equal(3, (int)written["proxy"]!["y"]!);
        Assert.Contains("\"z\":{\"a\":1,\"a\":2}", Text(data), StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_members_are_removed_with_their_object()
    {
        var data = Read(
            """
            {"formatVersion":1,"cluster":{"spec":{"newConfig":{"a":1}}},"keepers":{"k":{"a":1}},
            "dbs":{"d":{"spec":{"followConfig":{"type":"internal","a":1}}}}}
            """);
        var uid = new InstanceUid("d");
        var instance = data.Instances[uid];
        Assert.Equal(3, Text(data).Split("\"a\":1").Length - 1);

        Assert.DoesNotContain(
            "\"a\":1",
            Text(data with
            {
                Cluster = data.Cluster with { Spec = data.Cluster.Spec with { NewConfig = null } },
                Keepers = ValueMap<KeeperUid, KeeperRecord>.Empty,
                Instances = data.Instances.With(uid, instance with { Spec = instance.Spec with { Follow = null } }),
            }),
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "followConfig\":{\"type\":\"internal\",\"a\"",
            Text(data with { Instances = data.Instances.With(uid, new Instance { Uid = uid, Spec = instance.Spec }) }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_patch_keeps_foreign_members_and_a_new_specification_does_not()
    {
        var spec = Read("""{"formatVersion":1,"cluster":{"spec":{"later":1}}}""").Cluster.Spec;

        Assert.NotNull(SpecJson.Merge(spec, """{"maxStandbys":3}""").Foreign.Document);
        Assert.Null(SpecJson.Decode("""{"later":1}""").Foreign.Document);
        Assert.Equal("{}", SpecJson.Encode(spec));
    }

    [Theory]
    [InlineData("""{"maxStandbys":3,"PGHBA":[],"pgParameters":{"a.b":"1"},"conninfo":null}""", "conninfo")]
    [InlineData("""{"standbyConfig":{"standbySettings":{"slot":"s"}},"a":1}""", "standbyConfig.standbySettings.slot,a")]
    [InlineData("{", "")]
    [InlineData("[]", "")]
    public void Unknown_members_of_a_specification_are_named(string json, string names) =>
        Assert.Equal(names, string.Join(',', SpecJson.UnknownMembers(json)));

    [Fact]
    public void Invalid_text_is_read_as_Go_reads_it()
    {
        byte[] document =
        [
            .. "{\"formatVersion\":1,\"x\":\"\\ud800 \\uDC00\\ud83d\\ude00\",\"cluster\":{\"uid\":\""u8,
            0xff, 0xe2, 0x82,
            .. "\",\"spec\":{\"pgHBA\":[\"\\\\ud800\\ud83d\"]}}}"u8,
        ];
        var data = WireFormat.ReadClusterData(document)!;

        Assert.Equal("\ufffd\ufffd\ufffd", data.Cluster.Uid.Value);
        Assert.Equal(["\\ud800\ufffd"], data.Cluster.Spec.PgHba!.Value);
        Assert.Contains("\"x\":\"\ufffd \ufffd😀\"", Text(data), StringComparison.Ordinal);
    }

    private static void AssertKept(string json)
    {
        var document = json.Replace("\n", "", StringComparison.Ordinal);
        Assert.Equal(document, Text(Read(document)));
    }

    private static ClusterData Read(string json) => WireFormat.ReadClusterData(Encoding.UTF8.GetBytes(json))!;

    private static string Text(ClusterData data) => Encoding.UTF8.GetString(WireFormat.Write(data));

    private static string Tree(byte[] json) => JsonNode.Parse(json)!.ToJsonString();
}
