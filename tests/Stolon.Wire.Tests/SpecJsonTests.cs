using Stolon.Core.Model;
using Stolon.Testing;
using Xunit;

namespace Stolon.Wire.Tests;

public sealed class SpecJsonTests
{
    public static TheoryData<string> Moments => [.. GoldenDocuments.Moments];

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_original_shows_the_same_specification(string moment)
    {
        var shown = GoldenDocuments.Text(moment + "/spec.json");
        Assert.Equal(shown, SpecJson.Encode(SpecAt(moment)) + "\n");
        Assert.Equal(SpecAt(moment), SpecJson.Decode(shown));
    }

    [Theory]
    [MemberData(nameof(Moments))]
    public void The_original_shows_the_same_defaults(string moment) =>
        Assert.Equal(
            GoldenDocuments.Text(moment + "/spec-defaults.json"), SpecJson.EncodeWithDefaults(SpecAt(moment)) + "\n");

    [Fact]
    public void An_empty_list_is_shown_as_one() =>
        Assert.Equal("{\n\t\"pgHBA\": []\n}", SpecJson.Encode(SpecJson.Decode("""{"pgHBA":[]}""")));

    [Theory]
    [InlineData("""{"sleepInterval":"5s"}""", """{"sleepInterval":"7s"}""", """{"sleepInterval":"7s"}""")]
    [InlineData("""{"sleepInterval":"5s"}""", """{"sleepInterval":null}""", "{}")]
    [InlineData("""{"sleepInterval":"5s"}""", """{"maxStandbys":null}""", """{"sleepInterval":"5s"}""")]
    [InlineData("""{"pgHBA":["a","b"]}""", """{"pgHBA":["c"]}""", """{"pgHBA":["c"]}""")]
    [InlineData("""{"pgHBA":["a"]}""", """{"pgHBA":[]}""", """{"pgHBA":[]}""")]
    [InlineData(
        """{"pgParameters":{"a":"1","b":"2"}}""",
        """{"pgParameters":{"a":null,"c":"3"}}""",
        """{"pgParameters":{"b":"2","c":"3"}}""")]
    [InlineData("{}", """{"pgParameters":{"x":null,"y":"1"}}""", """{"pgParameters":{"y":"1"}}""")]
    [InlineData(
        """{"pgParameters":{"DateStyle":"iso"}}""",
        """{"pgParameters":{"datestyle":"dmy"}}""",
        """{"pgParameters":{"DateStyle":"iso","datestyle":"dmy"}}""")]
    [InlineData(
        """{"standbyConfig":{"standbySettings":{"primaryConninfo":"host=a","primarySlotName":"s"}}}""",
        """{"StandbyConfig":{"standbySettings":{"primaryConnInfo":"host=b"}}}""",
        """{"standbyConfig":{"standbySettings":{"primaryConninfo":"host=b","primarySlotName":"s"}}}""")]
    [InlineData("""{"standbyConfig":{"standbySettings":{}}}""", """{"standbyConfig":null}""", "{}")]
    [InlineData("{}", """{"newConfig":{"locale":"C","encoding":null}}""", """{"newConfig":{"locale":"C"}}""")]
    [InlineData("{}", """{"sleepInterval":"1s","sleepInterval":"2s"}""", """{"sleepInterval":"2s"}""")]
    [InlineData("{}", """{"unknown":{"a":null}}""", "{}")]
    public void A_patch_is_merged(string current, string patch, string expected) =>
        Assert.Equal(SpecJson.Decode(expected), SpecJson.Merge(SpecJson.Decode(current), patch));

    [Theory]
    [InlineData("[]", "cluster spec patch: must be a JSON object")]
    [InlineData("null", "cluster spec patch: must be a JSON object")]
    [InlineData(
        """{"maxStandbys":"x"}""", "cluster spec patch: maxStandbys: has a value of the wrong type or out of range")]
    [InlineData(
        """{"pgParameters":5}""", "cluster spec patch: pgParameters: has a value of the wrong type or out of range")]
    [InlineData(
        """{"newConfig":{"locale":5}}""",
        "cluster spec patch: newConfig.locale: has a value of the wrong type or out of range")]
    public void A_patch_that_does_not_fit_is_refused(string patch, string message) =>
        Assert.Equal(
            message, Assert.Throws<WireFormatException>(() => SpecJson.Merge(new ClusterSpec(), patch)).Message);

    [Theory]
    [InlineData("", "cluster spec: not valid JSON: ")]
    [InlineData("null", "cluster spec: is null")]
    [InlineData("""{"role":"primary"}""", "cluster spec: role: unknown value \"primary\"")]
    [InlineData("""{"initMode":""}""", "cluster spec: initMode: unknown initMode: \"\"")]
    [InlineData("""{"maxStandbyLag":-1}""", "cluster spec: maxStandbyLag: has a value")]
    public void A_specification_that_does_not_fit_is_refused(string json, string message) =>
        Assert.StartsWith(
            message, Assert.Throws<WireFormatException>(() => SpecJson.Decode(json)).Message, StringComparison.Ordinal);

    private static ClusterSpec SpecAt(string moment) =>
        WireFormat.ReadClusterData(GoldenDocuments.Bytes(moment + "/clusterdata.json"))!.Cluster.Spec;
}
