using System.Text;
using System.Text.Json.Nodes;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Testing;
using Stolon.Testing.Go;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>Documents by the rules of Go's encoder and decoder, as the specification has them: what ours reads and
/// writes is what a Go program would. A failing seed is in the test's name.</summary>
public sealed class GoRulesTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 100)];

    private static Document[] Documents { get; } =
    [
        new(GoTypes.ClusterData, bytes => WireFormat.Write(Bare(WireFormat.ReadClusterData(bytes)!))),
        new(GoTypes.KeeperInfo, bytes => WireFormat.Write(WireFormat.ReadKeeperReport(bytes))),
        new(GoTypes.ProxyInfo, bytes => WireFormat.Write(WireFormat.ReadProxyReport(bytes))),
        new(GoTypes.SentinelInfo, bytes => WireFormat.Write(WireFormat.ReadSentinelReport(bytes))),
    ];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_Go_writes_is_written_back_as_Go_would_write_it_back(int seed)
    {
        foreach (var (type, rewrite) in Documents)
        {
            var written = GoWriter.Write(type, Known(new GoSample(seed).Of(type)));
            var again = GoWriter.Write(type, GoReader.Read(type, written));

            Assert.Equal(Text(again), Text(rewrite(written)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_Go_reads_is_read_alike(int seed)
    {
        foreach (var (type, rewrite) in Documents)
        {
            var value = Known(new GoSample(seed).Of(type));
            var spelt = new GoVariant(seed).Write(type, value);

            // The stand-ins first: any spelling says the same.
            var expected = GoWriter.Write(type, GoReader.Read(type, GoWriter.Write(type, value)));
            Assert.Equal(Text(expected), Text(GoWriter.Write(type, GoReader.Read(type, spelt))));
            Assert.Equal(Text(expected), Text(rewrite(spelt)));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_Go_refuses_is_refused(int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        foreach (var (type, rewrite) in Documents)
        {
            var document = JsonNode.Parse(GoWriter.Write(type, Known(new GoSample(seed).Of(type))))!;
            for (var i = 0; i < 10; i++)
            {
                var broken = Broken(document.DeepClone(), random);
                if (Record.Exception(() => GoReader.Read(type, broken)) is FormatException)
                {
                    refused++;
                    var refusal = Record.Exception(() => rewrite(broken));
                    Assert.True(refusal is WireFormatException, $"{Text(broken)} is refused, not: {refusal}");
                }
            }
        }

        Assert.NotEqual(0, refused);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_spelling_with_members_of_a_later_version_keeps_them(int seed)
    {
        var value = Known(new GoSample(seed).Of(GoTypes.ClusterData));
        var spelt = new GoVariant(seed).Write(GoTypes.ClusterData, value);
        GoReader.Read(GoTypes.ClusterData, spelt, out var unknown);
        var written = WireFormat.Write(WireFormat.ReadClusterData(spelt)!);
        GoReader.Read(GoTypes.ClusterData, written, out var kept);

        Assert.Equal(
            unknown.Where(path => !path.Contains("timelinesHistory[", StringComparison.Ordinal)).Distinct()
                .Order(StringComparer.Ordinal),
            kept.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_stand_ins_read_and_write_what_the_original_wrote()
    {
        foreach (var moment in GoldenDocuments.Moments)
        {
            Same(GoTypes.ClusterData, moment + "/clusterdata.json");
        }

        foreach (var (kind, type) in new[]
            {
                ("keepers", GoTypes.KeeperInfo), ("proxies", GoTypes.ProxyInfo), ("sentinels", GoTypes.SentinelInfo),
            })
        {
            Assert.All(GoldenDocuments.Reports(kind), path => Same(type, path));
        }
    }

    private static void Same(GoType type, string path)
    {
        var original = GoldenDocuments.Bytes(path);
        var read = GoReader.Read(type, original, out var unknown);
        Assert.Empty(unknown);
        Assert.Equal(Text(original), Text(GoWriter.Write(type, read)));
    }

    /// <summary>Some leaf, or object, replaced by a value of another kind.</summary>
    private static byte[] Broken(JsonNode document, Random random)
    {
        var at = document;
        while (at is JsonObject { Count: > 0 } inside)
        {
            at = inside.ElementAt(random.Next(inside.Count)).Value ?? inside;
            if (ReferenceEquals(at, inside) || random.Next(6) == 0)
            {
                break;
            }
        }

        string[] others = ["1.5", "-1", "true", "\"x\"", "{}", "[]", "[1]", "99999999999999999999", "{\"a\":1}", "1e2"];
        if (at.Parent is not null)
        {
            at.ReplaceWith(JsonNode.Parse(others[random.Next(others.Length)]));
        }

        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    /// <summary>Without the two members that are kept and never read: Go's types have them.</summary>
    private static JsonNode Known(JsonNode value)
    {
        if (value["cluster"] is { } cluster)
        {
            cluster["status"]!["currentGeneration"] = 0;
            value["proxy"]!["uid"] = "";
        }

        return value;
    }

    private static ClusterData Bare(ClusterData data) => data with
    {
        Cluster = data.Cluster with { Spec = data.Cluster.Spec with { Foreign = default } },
        Keepers = data.Keepers.ToValueMap(entry => entry.Key, entry => entry.Value with { Foreign = default }),
        Instances = data.Instances.ToValueMap(entry => entry.Key, entry => entry.Value with { Foreign = default }),
        Foreign = default,
    };

    private static string Text(byte[] json) => Encoding.UTF8.GetString(json);

    private sealed record Document(GoType.Struct Type, Func<byte[], byte[]> Rewrite);
}
