using System.Text;
using System.Text.Json.Nodes;
using Stolon.Testing;
using Xunit;

namespace Stolon.Ctl.Tests.Commands;

/// <summary>Members of the cluster data that only another version knows: which of them outlive each command.</summary>
public sealed class ForeignMembersTests : IDisposable
{
    private readonly CtlRunner _ctl = new();

    public void Dispose() => _ctl.Dispose();

    [Fact]
    public async Task They_outlive_a_change_with_the_object_they_belong_to()
    {
        var document = Golden();
        await WriteAsync(document);
        var keeper = document["keepers"]!["keeper3"]!;
        var instance = document["dbs"]!.AsObject().First(db => (string?)db.Value!["spec"]!["keeperUID"] == "keeper3");

        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("update", "--patch", """{"maxStandbys":4}"""));
        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("failkeeper", "keeper2"));
        document["cluster"]!["spec"]!["maxStandbys"] = 4;
        document["keepers"]!["keeper2"]!["status"]!["forceFail"] = true;
        Assert.True(JsonNode.DeepEquals(document, await ReadAsync()));

        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("removekeeper", "keeper3"));
        keeper.Parent!.AsObject().Remove("keeper3");
        document["dbs"]!.AsObject().Remove(instance.Key);
        Assert.True(JsonNode.DeepEquals(document, await ReadAsync()));
    }

    [Fact]
    public async Task A_specification_that_is_replaced_takes_its_own_along()
    {
        var document = Golden();
        await WriteAsync(document);

        Assert.Equal(CtlResult.Silent, await _ctl.RunAsync("update", """{"initMode":"new"}"""));

        document["cluster"]!["spec"] = JsonNode.Parse(
            """
            {"additionalWalSenders":null,"additionalMasterReplicationSlots":null,"initMode":"new","pgHBA":null,
            "automaticPgRestart":null}
            """);
        Assert.True(JsonNode.DeepEquals(document, await ReadAsync()));
    }

    [Fact]
    public async Task They_move_to_another_store_and_end_with_the_cluster()
    {
        var document = Golden();
        await WriteAsync(document);
        var shown = await _ctl.RunAsync("clusterdata", "read");
        Assert.Equal(document.ToJsonString(), JsonNode.Parse(shown.Output)!.ToJsonString());

        await _ctl.RunAsync("init", "--yes");
        Assert.DoesNotContain("later", (await ReadAsync()).ToJsonString(), StringComparison.Ordinal);
        await _ctl.RunAsync(shown.Output, ["clusterdata", "write", "--yes"]);
        Assert.True(JsonNode.DeepEquals(document, await ReadAsync()));
    }

    private static JsonNode Golden()
    {
        var document = JsonNode.Parse(GoldenDocuments.Bytes("10-steady/clusterdata.json"))!;
        Assert.True(ForeignMembersAdded.To(document.AsObject()) > 20);
        return document;
    }

    private Task WriteAsync(JsonNode document) =>
        _ctl.WriteAsync(CtlRunner.Paths.ClusterData, Encoding.UTF8.GetBytes(document.ToJsonString()));

    private async Task<JsonNode> ReadAsync() => JsonNode.Parse(
        (await _ctl.Keys.GetAsync(CtlRunner.Paths.ClusterData, TestContext.Current.CancellationToken))!.Value.Span)!;
}
